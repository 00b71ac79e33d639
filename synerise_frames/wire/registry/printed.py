"""What the reference prints for many operations alike: lists of names and of values."""

#: Query parameters of every paginated list.
LIST_QUERY = ("page", "limit", "search", "sortBy", "directoryId", "ids")

#: Body of every calculation of an analysis with overrides.
OVERRIDES = ("dateFilter", "aggregateDataBy", "filter", "variables")

#: Body of every login of a known profile.
PROFILE_LOGIN = (
    "apiKey",
    "identityProvider",
    "identityProviderToken",
    "email",
    "customId",
    "password",
    "uuid",
    "deviceId",
    "agreements",
    "attributes",
    "tags",
)

#: Answer of every page of a list; the reference prints that of aggregates the other way round.
PAGE = ("data", "meta")

#: The end of every definition, after what is particular to its kind.
ENVELOPE = (
    "id",
    "businessProfileId",
    "name",
    "description",
    "author",
    "modifier",
    "updatedAt",
    "createdAt",
    "isPredefinedAnalytic",
    "isDynamicAnalytic",
    "isDeleted",
    "namespace",
    "directoryId",
)

#: Answer of a login of a profile that says how long its token lasts.
PROFILE_TOKEN = ("token", "expiration", "created", "origin", "customId", "realm")

SORT_BY = (
    "sortBy",
    (
        "name:asc",
        "name:desc",
        "author:asc",
        "author:desc",
        "updatedAt:asc",
        "updatedAt:desc",
        "createdAt:asc",
        "createdAt:desc",
        "id:asc",
        "id:desc",
        "directoryId:asc",
        "directoryId:desc",
    ),
)

IDENTIFIER_TYPE = ("identifierType", ("id", "uuid", "email", "custom_identify"))

ANALYTIC_TYPE = (
    "analyticType",
    (
        "EXPRESSION",
        "AGGREGATE",
        "SEGMENTATION",
        "METRIC",
        "FUNNEL",
        "SANKEY",
        "TREND",
        "HISTOGRAM",
        "REPORT",
        "ANALYTICS_QUERY",
        "ANALYTICS_DASHBOARD",
    ),
)

IDENTITY_PROVIDER = (
    "identityProvider",
    ("SYNERISE", "FACEBOOK", "OAUTH", "APPLE", "GOOGLE", "UNKNOWN"),
)

EXTERNAL_PROVIDER_TYPE = ("externalProviderType", ("GOOGLE",))
