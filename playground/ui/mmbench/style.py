"""How the page looks on a phone: little room for settings and scores, so that a chart shows without scrolling."""

SETTINGS, SCORES = "mmbench-settings", "mmbench-scores"
"""Keys of the containers that hold them."""
STYLE = """<style>
@media (max-width: 640px) {
  .st-key-mmbench-settings [data-testid="stHorizontalBlock"] {gap: .4rem .75rem}
  .st-key-mmbench-settings [data-testid="stColumn"] {min-width: 40%; flex: 1 1 40%}
  .st-key-mmbench-settings [data-testid="stColumn"]:first-child {min-width: 100%}
  .st-key-mmbench-scores > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] {gap: .4rem}
  .st-key-mmbench-scores [data-testid="stColumn"] [data-testid="stVerticalBlock"] [data-testid="stVerticalBlock"] {
    padding: .3rem .75rem}
  .st-key-mmbench-scores [data-testid="stMetric"] > div {display: flex; justify-content: space-between;
    align-items: center}
  .st-key-mmbench-scores [data-testid="stMetricValue"] {font-size: 1.25rem; line-height: 1.5; padding: 0}
  .st-key-mmbench-scores [data-testid="stCaptionContainer"] {margin-bottom: 0}
  .st-key-mmbench-scores [data-testid="stCaptionContainer"] p {font-size: .75rem; line-height: 1.3; margin: 0}
}
@media (hover: none) {
  [data-testid="stFullScreenFrame"]:has([data-testid="stDataFrame"]) {padding-top: 2rem}
}
</style>"""
"""Where nothing hovers, the buttons of a table stay in sight: they get room of their own above it."""
