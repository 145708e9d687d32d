// @ts-self-types="./page_files.d.ts"
/**
 * Each file of the page, by its path below page/.
 *
 * Written by `deno task schema`: an import has to be spelled out, so that a
 * sandboxed server needs no right to read what it serves.
 *
 * @module
 */

import API_TS from "../page/api.ts" with { type: "text" };
import APP_TS from "../page/app.ts" with { type: "text" };
import CHARTS_AXES_TS from "../page/charts/axes.ts" with { type: "text" };
import CHARTS_LOOKS_TS from "../page/charts/looks.ts" with { type: "text" };
import CHARTS_OPTIONS_TS from "../page/charts/options.ts" with { type: "text" };
import CHARTS_SUMMARY_TS from "../page/charts/summary.ts" with { type: "text" };
import CHARTS_TIME_CHART_TS from "../page/charts/time_chart.ts" with {
  type: "text",
};
import COMMAND_LINE_TS from "../page/command_line.ts" with { type: "text" };
import EVENTS_FILTER_TS from "../page/events/filter.ts" with { type: "text" };
import ICON_SVG from "../page/icon.svg" with { type: "text" };
import INDEX_HTML from "../page/index.html" with { type: "text" };
import KEYBOARD_TS from "../page/keyboard.ts" with { type: "text" };
import LOGS_LOG_LIST_TS from "../page/logs/log_list.ts" with { type: "text" };
import LOGS_LOG_WINDOW_TS from "../page/logs/log_window.ts" with {
  type: "text",
};
import LOGS_MATCHER_TS from "../page/logs/matcher.ts" with { type: "text" };
import LOGS_ROWS_IN_VIEW_TS from "../page/logs/rows_in_view.ts" with {
  type: "text",
};
import LOGS_SINCE_TS from "../page/logs/since.ts" with { type: "text" };
import LOGS_USE_LOG_WINDOW_TS from "../page/logs/use_log_window.ts" with {
  type: "text",
};
import LOGS_USE_MATCHES_TS from "../page/logs/use_matches.ts" with {
  type: "text",
};
import MAP_DEPTHS_TS from "../page/map/depths.ts" with { type: "text" };
import MAP_FIT_TEXT_TS from "../page/map/fit_text.ts" with { type: "text" };
import MAP_GRAPH_TS from "../page/map/graph.ts" with { type: "text" };
import MAP_GROUPS_TS from "../page/map/groups.ts" with { type: "text" };
import MAP_LANES_TS from "../page/map/lanes.ts" with { type: "text" };
import MAP_LAYERS_TS from "../page/map/layers.ts" with { type: "text" };
import MAP_LAYOUT_TS from "../page/map/layout.ts" with { type: "text" };
import MAP_MEASURE_TS from "../page/map/measure.ts" with { type: "text" };
import MAP_NODE_VIEW_TS from "../page/map/node_view.ts" with { type: "text" };
import MAP_PICTURE_TS from "../page/map/picture.ts" with { type: "text" };
import MAP_TABLES_TS from "../page/map/tables.ts" with { type: "text" };
import MAP_TRAIL_TS from "../page/map/trail.ts" with { type: "text" };
import MAP_WORDS_TS from "../page/map/words.ts" with { type: "text" };
import NAVIGATION_TS from "../page/navigation.ts" with { type: "text" };
import PAGE_TS from "../page/page.ts" with { type: "text" };
import PAGES_EVENTS_TS from "../page/pages/events.ts" with { type: "text" };
import PAGES_LOGS_TS from "../page/pages/logs.ts" with { type: "text" };
import PAGES_MAP_TS from "../page/pages/map.ts" with { type: "text" };
import PAGES_PIPELINE_TS from "../page/pages/pipeline.ts" with { type: "text" };
import PAGES_REGISTRY_TS from "../page/pages/registry.ts" with { type: "text" };
import PAGES_SERVICES_TS from "../page/pages/services.ts" with { type: "text" };
import PIPELINE_CHARTS_VIEW_TS from "../page/pipeline/charts_view.ts" with {
  type: "text",
};
import PIPELINE_FACTS_VIEW_TS from "../page/pipeline/facts_view.ts" with {
  type: "text",
};
import PIPELINE_FIGURES_TS from "../page/pipeline/figures.ts" with {
  type: "text",
};
import PIPELINE_FLOW_VIEW_TS from "../page/pipeline/flow_view.ts" with {
  type: "text",
};
import PIPELINE_LISTS_VIEW_TS from "../page/pipeline/lists_view.ts" with {
  type: "text",
};
import PIPELINE_RUN_VIEW_TS from "../page/pipeline/run_view.ts" with {
  type: "text",
};
import PIPELINE_TOTALS_VIEW_TS from "../page/pipeline/totals_view.ts" with {
  type: "text",
};
import PIPELINE_WORDS_TS from "../page/pipeline/words.ts" with { type: "text" };
import PREACT_TS from "../page/preact.ts" with { type: "text" };
import REGISTRY_GROUPS_TS from "../page/registry/groups.ts" with {
  type: "text",
};
import REPORT_PAGE_TS from "../page/report_page.ts" with { type: "text" };
import ROUTES_TS from "../page/routes.ts" with { type: "text" };
import SERVICE_ACTIONS_TS from "../page/service_actions.ts" with {
  type: "text",
};
import SERVICES_ACTION_BUTTONS_TS from "../page/services/action_buttons.ts" with {
  type: "text",
};
import SERVICES_DETAILS_TS from "../page/services/details.ts" with {
  type: "text",
};
import SERVICES_HINT_TS from "../page/services/hint.ts" with { type: "text" };
import SERVICES_LOG_TAIL_TS from "../page/services/log_tail.ts" with {
  type: "text",
};
import SERVICES_QUESTION_TS from "../page/services/question.ts" with {
  type: "text",
};
import SERVICES_ROWS_TS from "../page/services/rows.ts" with { type: "text" };
import SERVICES_UPTIME_TS from "../page/services/uptime.ts" with {
  type: "text",
};
import SERVICES_USAGE_CELL_TS from "../page/services/usage_cell.ts" with {
  type: "text",
};
import SERVICES_WORDS_TS from "../page/services/words.ts" with { type: "text" };
import SHELL_TS from "../page/shell.ts" with { type: "text" };
import STANDING_TS from "../page/standing.ts" with { type: "text" };
import STATE_TS from "../page/state.ts" with { type: "text" };
import STORE_TS from "../page/store.ts" with { type: "text" };
import STYLE_CSS from "../page/style.css" with { type: "text" };
import UI_CHOOSE_MENU_TS from "../page/ui/choose_menu.ts" with { type: "text" };
import UI_COPY_TS from "../page/ui/copy.ts" with { type: "text" };
import UI_DIALOG_TS from "../page/ui/dialog.ts" with { type: "text" };
import UI_EMPTY_TS from "../page/ui/empty.ts" with { type: "text" };
import UI_FORMAT_TS from "../page/ui/format.ts" with { type: "text" };
import UI_ICONS_TS from "../page/ui/icons.ts" with { type: "text" };
import UI_LINE_PATH_TS from "../page/ui/line_path.ts" with { type: "text" };
import UI_NOW_TS from "../page/ui/now.ts" with { type: "text" };
import UI_PAGE_HEADER_TS from "../page/ui/page_header.ts" with { type: "text" };
import UI_SEARCH_FIELD_TS from "../page/ui/search_field.ts" with {
  type: "text",
};
import UI_SORT_TS from "../page/ui/sort.ts" with { type: "text" };
import UI_SPARKLINE_TS from "../page/ui/sparkline.ts" with { type: "text" };
import UI_STATUS_TS from "../page/ui/status.ts" with { type: "text" };
import UI_STATUS_WORDS_TS from "../page/ui/status_words.ts" with {
  type: "text",
};
import UI_TABLE_TS from "../page/ui/table.ts" with { type: "text" };
import UI_TIME_TS from "../page/ui/time.ts" with { type: "text" };
import UI_TOAST_TS from "../page/ui/toast.ts" with { type: "text" };
import UI_WIDTH_TS from "../page/ui/width.ts" with { type: "text" };

export const PAGE_FILES = {
  "api.ts": API_TS,
  "app.ts": APP_TS,
  "charts/axes.ts": CHARTS_AXES_TS,
  "charts/looks.ts": CHARTS_LOOKS_TS,
  "charts/options.ts": CHARTS_OPTIONS_TS,
  "charts/summary.ts": CHARTS_SUMMARY_TS,
  "charts/time_chart.ts": CHARTS_TIME_CHART_TS,
  "command_line.ts": COMMAND_LINE_TS,
  "events/filter.ts": EVENTS_FILTER_TS,
  "icon.svg": ICON_SVG,
  "index.html": INDEX_HTML,
  "keyboard.ts": KEYBOARD_TS,
  "logs/log_list.ts": LOGS_LOG_LIST_TS,
  "logs/log_window.ts": LOGS_LOG_WINDOW_TS,
  "logs/matcher.ts": LOGS_MATCHER_TS,
  "logs/rows_in_view.ts": LOGS_ROWS_IN_VIEW_TS,
  "logs/since.ts": LOGS_SINCE_TS,
  "logs/use_log_window.ts": LOGS_USE_LOG_WINDOW_TS,
  "logs/use_matches.ts": LOGS_USE_MATCHES_TS,
  "map/depths.ts": MAP_DEPTHS_TS,
  "map/fit_text.ts": MAP_FIT_TEXT_TS,
  "map/graph.ts": MAP_GRAPH_TS,
  "map/groups.ts": MAP_GROUPS_TS,
  "map/lanes.ts": MAP_LANES_TS,
  "map/layers.ts": MAP_LAYERS_TS,
  "map/layout.ts": MAP_LAYOUT_TS,
  "map/measure.ts": MAP_MEASURE_TS,
  "map/node_view.ts": MAP_NODE_VIEW_TS,
  "map/picture.ts": MAP_PICTURE_TS,
  "map/tables.ts": MAP_TABLES_TS,
  "map/trail.ts": MAP_TRAIL_TS,
  "map/words.ts": MAP_WORDS_TS,
  "navigation.ts": NAVIGATION_TS,
  "page.ts": PAGE_TS,
  "pages/events.ts": PAGES_EVENTS_TS,
  "pages/logs.ts": PAGES_LOGS_TS,
  "pages/map.ts": PAGES_MAP_TS,
  "pages/pipeline.ts": PAGES_PIPELINE_TS,
  "pages/registry.ts": PAGES_REGISTRY_TS,
  "pages/services.ts": PAGES_SERVICES_TS,
  "pipeline/charts_view.ts": PIPELINE_CHARTS_VIEW_TS,
  "pipeline/facts_view.ts": PIPELINE_FACTS_VIEW_TS,
  "pipeline/figures.ts": PIPELINE_FIGURES_TS,
  "pipeline/flow_view.ts": PIPELINE_FLOW_VIEW_TS,
  "pipeline/lists_view.ts": PIPELINE_LISTS_VIEW_TS,
  "pipeline/run_view.ts": PIPELINE_RUN_VIEW_TS,
  "pipeline/totals_view.ts": PIPELINE_TOTALS_VIEW_TS,
  "pipeline/words.ts": PIPELINE_WORDS_TS,
  "preact.ts": PREACT_TS,
  "registry/groups.ts": REGISTRY_GROUPS_TS,
  "report_page.ts": REPORT_PAGE_TS,
  "routes.ts": ROUTES_TS,
  "service_actions.ts": SERVICE_ACTIONS_TS,
  "services/action_buttons.ts": SERVICES_ACTION_BUTTONS_TS,
  "services/details.ts": SERVICES_DETAILS_TS,
  "services/hint.ts": SERVICES_HINT_TS,
  "services/log_tail.ts": SERVICES_LOG_TAIL_TS,
  "services/question.ts": SERVICES_QUESTION_TS,
  "services/rows.ts": SERVICES_ROWS_TS,
  "services/uptime.ts": SERVICES_UPTIME_TS,
  "services/usage_cell.ts": SERVICES_USAGE_CELL_TS,
  "services/words.ts": SERVICES_WORDS_TS,
  "shell.ts": SHELL_TS,
  "standing.ts": STANDING_TS,
  "state.ts": STATE_TS,
  "store.ts": STORE_TS,
  "style.css": STYLE_CSS,
  "ui/choose_menu.ts": UI_CHOOSE_MENU_TS,
  "ui/copy.ts": UI_COPY_TS,
  "ui/dialog.ts": UI_DIALOG_TS,
  "ui/empty.ts": UI_EMPTY_TS,
  "ui/format.ts": UI_FORMAT_TS,
  "ui/icons.ts": UI_ICONS_TS,
  "ui/line_path.ts": UI_LINE_PATH_TS,
  "ui/now.ts": UI_NOW_TS,
  "ui/page_header.ts": UI_PAGE_HEADER_TS,
  "ui/search_field.ts": UI_SEARCH_FIELD_TS,
  "ui/sort.ts": UI_SORT_TS,
  "ui/sparkline.ts": UI_SPARKLINE_TS,
  "ui/status.ts": UI_STATUS_TS,
  "ui/status_words.ts": UI_STATUS_WORDS_TS,
  "ui/table.ts": UI_TABLE_TS,
  "ui/time.ts": UI_TIME_TS,
  "ui/toast.ts": UI_TOAST_TS,
  "ui/width.ts": UI_WIDTH_TS,
};
