"""How the widgets look: JupyterLab's own colours, so that each of its themes fits."""

from __future__ import annotations

# Outside of JupyterLab its variables are not there: what stands behind the comma is used.
_LINE = "var(--jp-border-color2, #ccc)"
_MUTED = "var(--jp-ui-font-color2, #666)"
_BRAND = "var(--jp-brand-color1, #1976d2)"
_ERROR = "var(--jp-error-color1, #c62828)"

STYLE = f"""<style>
.sf-explorer {{ max-width: 1080px; color: var(--jp-ui-font-color1, #212121); }}
.sf-explorer .widget-label {{ color: {_MUTED}; }}
.sf-explorer .sf-controls {{ gap: 4px 14px; align-items: end; }}
.sf-explorer .sf-field > .widget-label {{ font-size: 11px; line-height: 16px; height: 16px; }}
.sf-explorer .sf-picture {{ max-width: 100%; height: auto; object-fit: contain; }}
body[data-jp-theme-light="false"] .sf-explorer .sf-picture {{
  filter: invert(1) hue-rotate(180deg) brightness(1.15);
}}
.sf-explorer .sf-outdated {{ opacity: .45; }}
.sf-explorer .sf-scroll {{ max-height: 420px; overflow: auto; }}
.sf-explorer .sf-rows {{
  border-collapse: collapse; border: none; color: inherit;
  font-size: var(--jp-ui-font-size1, 13px); font-variant-numeric: tabular-nums;
}}
.sf-explorer .sf-rows th, .sf-explorer .sf-rows td {{
  padding: 4px 14px 4px 8px; text-align: left; border: none; white-space: nowrap;
  border-bottom: 1px solid {_LINE};
}}
.sf-explorer .sf-rows thead th {{
  position: sticky; top: 0; background: var(--jp-layout-color2, #eee); font-weight: 600;
}}
.sf-explorer .sf-rows tbody tr:hover {{ background: var(--jp-layout-color2, #f5f5f5); }}
.sf-explorer p, .sf-explorer .sf-muted {{ color: {_MUTED}; margin: 4px 0; }}
.sf-explorer textarea {{
  font-family: var(--jp-code-font-family, monospace); line-height: 1.5;
  font-size: var(--jp-code-font-size, 13px); background: var(--jp-layout-color1, #fff);
  color: var(--jp-content-font-color1, #212121); white-space: pre; overflow-x: auto;
}}
.sf-explorer .sf-copy {{
  color: var(--jp-ui-font-color1, #212121); background: var(--jp-layout-color2, #eee);
  border: 1px solid {_LINE}; border-radius: 2px; padding: 4px 12px; cursor: pointer;
  font-size: var(--jp-ui-font-size1, 13px);
}}
.sf-explorer .sf-copy:focus-visible, .sf-explorer .sf-link:focus-visible {{
  outline: 2px solid {_BRAND}; outline-offset: 1px;
}}
.sf-explorer .sf-link {{ color: var(--jp-content-link-color, {_BRAND}); }}
.sf-explorer .sf-link small {{ color: {_MUTED}; }}
.sf-explorer .sf-foot {{ align-items: center; gap: 4px 16px; margin-top: 4px; }}
.sf-explorer .sf-foot > :first-child {{ flex: 1 1 320px; }}
.sf-explorer .sf-message {{ min-height: 28px; }}
.sf-explorer .widget-html-content {{ line-height: 1.6; }}
.sf-badge {{
  display: inline-block; padding: 0 8px; border-radius: 9px; line-height: 18px;
  border: 1px solid {_LINE}; margin-right: 6px; font-size: 12px;
}}
.sf-badge::before {{ content: "●"; margin-right: 5px; color: {_MUTED}; }}
.sf-badge.sf-live::before {{ color: var(--jp-success-color1, #2e7d32); }}
.sf-badge.sf-cached::before {{ color: {_BRAND}; }}
.sf-badge.sf-stale::before, .sf-badge.sf-offline::before {{
  color: var(--jp-warn-color1, #e65100);
}}
.sf-error {{
  border-left: 3px solid {_ERROR}; padding: 4px 10px; margin: 4px 0; line-height: 1.45;
  background: var(--jp-layout-color2, #f5f5f5); white-space: normal;
}}
.sf-busy {{ color: {_MUTED}; }}
.sf-busy::before {{ content: "◌"; margin-right: 6px; display: inline-block; }}
@media (prefers-reduced-motion: no-preference) {{
  .sf-busy::before {{ animation: sf-turn 1.2s linear infinite; }}
  @keyframes sf-turn {{ to {{ transform: rotate(1turn); }} }}
}}
</style>"""

PROGRESS_STYLE = f"""<style>
.sf-progress {{ max-width: 720px; color: var(--jp-ui-font-color1, #212121); }}
.sf-progress .widget-html-content {{ white-space: normal; line-height: 1.5; }}
.sf-progress .sf-failed {{ color: {_ERROR}; }}
</style>"""

#: Copies the text beside it. Nothing of an answer is in it. Pages that are not served securely
#: have no clipboard; there the old command copies what is selected.
COPY = """<button type="button" class="sf-copy" onclick="
const text = this.closest('.sf-code').querySelector('textarea');
const told = this.nextElementSibling;
text.focus(); text.select();
const done = () => { told.textContent = 'Copied.'; };
const old = () => {
  if (document.execCommand('copy')) { done(); }
  else { told.textContent = 'Selected: press Ctrl+C.'; }
};
if (navigator.clipboard) { navigator.clipboard.writeText(text.value).then(done, old); }
else { old(); }
">Copy code</button> <span class="sf-muted" role="status"></span>"""
