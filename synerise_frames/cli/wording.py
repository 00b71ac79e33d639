"""What the library says, said for a shell: options instead of arguments, commands instead of calls.

The library's messages are for Python, where most are read. A test goes through all of them, so
that none with Python in it reaches a shell, and no line of this table outlives its message.
"""

from __future__ import annotations

import re

_KINDS = "trend|histogram|funnel|report|metric|sankey|segmentation|aggregate|expression"

#: A pattern in the library's words, and what stands there on a shell; earlier lines come first.
WORDS: tuple[tuple[str, str], ...] = (
    # Who is asked, and as whom.
    (r"or pass api_key=; to try the library without an account use sf\.demo\(\)",
     "or write it into config.toml; 'synerise-frames demo' needs no account"),
    (r", or username= and password=,", ","),
    (r": key\.strip\(\)", ""),
    (r" or pass workspace_guid=", ""),
    (r" or pass tz=", ""),
    (r"Pass tz=, the zone of the workspace, such as tz='Europe/Warsaw'",
     "Set SYNERISE_TZ to the zone of the workspace, such as Europe/Warsaw"),
    (r"Pass tz=, the zone of the workspace(?=\.)", "Set SYNERISE_TZ to the zone of the workspace"),
    (r"Connect with tz='Europe/Warsaw' \(or set SYNERISE_TZ\), or give aware moments",
     "Set SYNERISE_TZ to the workspace's zone, such as Europe/Warsaw"),
    (r"sf\.show_config\(\) says which host is in effect",
     "it is that of --host, SYNERISE_HOST or config.toml"),
    (r", or use region=", ", or a region: eu-azure, us-azure, gcp"),
    (r"\bhost= or region=", "the host"),
    (r"\bhost= and paths=", "the host and the paths that were imported"),
    (r"^host=(?=['\"]|$| is)", "The host "),
    (r"\bhost=", "the host"),
    (r"(, )?('synerise-frames doctor --probe'), or connect with paths=\{.*?\}", r" or \2"),
    (r",? or connect with paths=\{.*?\}", ""),
    (r"; ws\.check_permissions\(\) shows all", ""),
    (r", or at once by a new sf\.connect\(\)", ""),
    (r" The key of sf\.demo\(\) is new at each start\.", ""),
    # What there is.
    (r"ws\.trends\.find\(name\) gives the id of a trend that ws\.trends\.remember\(id\) named; the",
     "Take the id from the trend's address in the web application: the"),
    (r"name them with ws\.trends\.remember\(id\), or use the id", "use the id"),
    (r"; ws\.trends\.forget\(.*?\) leaves it out without a warning", ""),
    (r"\w*= takes ids: ws\.\w*\.find\(name\) gives the one of a name",
     "'synerise-frames list all' shows ids and names"),
    (rf"ws\.(?:{_KINDS})?s\.find\(.*?\) gives the id(, if that is its name| of a name)",
     "'synerise-frames list all' shows ids and names"),
    (r"; ws\.\w*\.find\(name\) gives an id", ""),
    (r"ws\.\w*\.find\(.*?\) gives its id", "'synerise-frames list all' shows its id"),
    (rf"ws\.({_KINDS})?s?\.list\(\) shows", r"'synerise-frames list \1' shows"),
    (r"ws\.auth\.workspaces\(\) shows", "The web application shows"),
    (r"ws\.directories\.list\(kind\)", "'synerise-frames list directory'"),
    (r"ws\.catalog\((refresh=True)?\)", "'synerise-frames list all'"),
    # Which window, and how fresh.
    (r"between\('([\d-]+)', '([\d-]+)'\)", r"--from \1 --to \2"),
    (r"\blast\(7, 'days'\)", "--last 7d"),
    (r", or connect with retry=RetryPolicy\(.*?\)", ""),
    (r"; RetryPolicy\(max_wait=\) is the longest wait that a call makes by itself", ""),
    (r"Raise limits=.*?, or ask for less", "Ask for less"),
    (r"refresh=True or max_age= keep old ones out; df\.attrs.*?same failure",
     "--refresh and --max-age keep old ones out"),
    (r" \(df\.attrs\[\"age\"\] has the seconds\)\. Connect with offline=False to ask again",
     ". Leave out --offline to ask again"),
    (r"; a dry run shows the plan", "; --dry-run shows the plan"),
    (r"refresh=True", "--refresh"),
    (r"\binterval=", "--interval"),
    (r"SYNERISE_OFFLINE, or connect with offline=False", "SYNERISE_OFFLINE"),
    (r"or connect with offline=False", "or leave out --offline"),
    (r"Connect with offline=False", "Leave out --offline"),
    (r"Run the plan once with offline=False", "Run the same command once without --offline"),
    (r"cache=False or offline=True", "--offline"),
    (r"Read it with strict=False to keep what is there; sf\..*? counts what was unexpected",
     "Leave out --strict to keep what is there"),
    (r"ws\.cache\.info\(\) says", "'synerise-frames cache info' says"),
    (r"\bcache= or SYNERISE_CACHE_DIR", "SYNERISE_CACHE_DIR"),
    (r"Compare the arguments with an existing definition \(\.get\(id\)\); dicts are sent as they "
     r"are",
     "Compare window, filter and variables with those of the analysis"),
    # One profile, and many.
    (r"ws\.aggregates\.calculate\(id, profile, by=.*?\)\['client_id'\] gives the id",
     "'synerise-frames profiles' takes any identifier, with --by"),
    (r"the number that \.calculate\(id, profile, by=…\) gives as client_id",
     "the id of the profile, a number"),
    (r"\.plan\(aggregates=\[ws\.aggregates\.find\(name\)\]\)",
     "--aggregate, --expression or --segmentation, each by id or name"),
    (r", or read the file with pandas: ws\.profiles\(.*?\)\[0\]\)\. If",
     ", or give a file that does not end with .csv, an identifier a line. If"),
    (r", or pass the one that is meant: frame\.iloc\[:, 0\]", ""),
    (r" \(Series\.str\.strip\(\) takes them off\)", ""),
    (r" If it is the id of an analysis, mind the order: .*?\(id, profile\)\.", ""),
    (r"\bPass by=", "Say --by "),
    (r"\bby='(\w+)'", r"--by \1"),
    (r"\bby= ?", "--by "),
    (r"\bcolumn= ?", "--column "),
    (r"pass journal= to be able", "name a folder with -o to be able"),
    (r"\b(?:journal|out)= ?", "-o "),
    (r"sf\.resume\(.*?\) goes on, and so does the same call", "the same command goes on"),
    (r"by the same call or sf\.resume\(\)", "by the same command, or with --resume"),
    (r"sf\.resume\(\)", "--resume"),
    # Data sets, which a recipe names.
    (r"write that part anew, with mode='replace-partitions', or sync again where .*? keeps it",
     "a sync writes it anew"),
    (r"write that part anew, with mode='replace-partitions', or read it .*?read_parquet",
     "'synerise-frames sync RECIPE --again DAY' writes it anew"),
    (r"Convert it: df\[.*?\]\.astype\(…\); or write into another folder",
     "Give it another name in the recipe"),
    (r": df\.rename\(columns=…\)", ""),
    (r": df\.dtypes shows them|: sf\.schema\.describe\(kind\) shows what it was", ""),
    (r"\bpartition_by=", "partition = "),
    (r"\bagain=", "--again "),
    # The embedded workspace.
    (r"Give it longer: launch\(timeout=…\)", "Try again: this machine may be busy"),
    (r"\btoken_lifetime=", "--token-lifetime "),
    (r"\bnow=", "--now "),
)  # fmt: skip

_COMPILED = tuple((re.compile(pattern, re.MULTILINE), words) for pattern, words in WORDS)


def for_shell(text: str) -> str:
    """Say a message of the library with the options and commands of a shell.

    >>> for_shell("Check the identifier, and that by= says what it is.")
    'Check the identifier, and that --by says what it is.'
    >>> for_shell("ws.metrics.list() shows what is there; ws.metrics.find(name) gives an id.")
    "'synerise-frames list metric' shows what is there."
    """
    for pattern, words in _COMPILED:
        text = pattern.sub(words, text)
    # An option with nothing behind it.
    return re.sub(r"(-o|--by|--column) (?=[;,.:)]|$)", r"\1", text)
