#include "tui/key.h"

#include "tui/i18n.h"

#define LISTS (CTX_HOME | CTX_LIST)
#define FORMS (CTX_FORM | CTX_SHEET | CTX_ROUTE)

const struct binding key_table[] = {
	{CTX_HOME | CTX_LIST, {K_ENTER}, ACT_OPEN, N_("open"), 90},
	{CTX_SHEET, {K_ENTER}, ACT_OPEN, N_("choose"), 90},
	{CTX_ROUTE, {K_ENTER}, ACT_OPEN, N_("ask, or open"), 90},
	{CTX_FORM, {K_ENTER}, ACT_OPEN,
		"press the button; from a text field, to the next field", MANUAL_ONLY},
	{CTX_FORM, {K_CTRL('S'), K_F(2)}, ACT_SAVE, N_("save"), 95},
	{CTX_LIST, {'n', K_INSERT}, ACT_NEW, N_("new"), 80},
	{CTX_USERS, {'t'}, ACT_SWITCH_ROUTING, N_("internal or third-party"), 78},
	{CTX_CHANGES, {'u'}, ACT_UNDO, N_("undo"), 79},
	{CTX_CHECK, {'m'}, ACT_MEND, N_("mend"), 79},
	{CTX_DOMAINS, {'e'}, ACT_ENTITIES, N_("its entities"), 70},
	{CTX_DOMAINS, {K_DELETE, 'X'}, ACT_DELETE, N_("delete"), 32},
	{CTX_LIST | CTX_FORM, {K_F(6), 'w'}, ACT_ROUTE, N_("route check"), 38},
	{CTX_LIST, {'/'}, ACT_FILTER, N_("filter"), 75},
	{CTX_LIST, {'f'}, ACT_FILTERS, N_("more filters"), 55},
	{CTX_LIST, {K_SPACE}, ACT_MARK, N_("mark"), 35},
	{CTX_LIST | CTX_FORM | CTX_ROUTE, {'y'}, ACT_COPY, N_("copy"), 28},
	{CTX_LIST, {'s'}, ACT_SORT, N_("sort by next column"), 30},
	{CTX_LIST, {'r'}, ACT_REVERSE, N_("reverse order"), 20},
	{CTX_HOME | CTX_LIST | CTX_ROUTE, {K_F(5)}, ACT_RELOAD, N_("read again"), 15},
	{CTX_FORM, {K_SPACE}, ACT_TOGGLE, N_("change"), 60},
	{CTX_SHEET, {K_SPACE}, ACT_TOGGLE, "choose", MANUAL_ONLY},
	{CTX_FORM, {K_F(7)}, ACT_TEST, N_("test the relay"), 57},
	{CTX_FORM, {K_F(4)}, ACT_SWITCH_TAB, N_("other tab"), 40},
	{CTX_USER, {'a'}, ACT_ALL, N_("all addresses"), 50},
	{CTX_USER, {'o'}, ACT_NO_ONE, N_("no address"), 50},
	{CTX_USER, {'+', K_INSERT}, ACT_ADD, N_("add"), 45},
	{CTX_USER, {'-', K_DELETE}, ACT_REMOVE, N_("remove"), 44},
	{CTX_USER, {'g'}, ACT_GIVE, N_("give it to them"), 66},
	{LISTS | FORMS, {K_TAB}, ACT_NEXT, N_("next"), 25},
	{LISTS | FORMS, {K_BACKTAB}, ACT_PREVIOUS, "previous", MANUAL_ONLY},
	{LISTS | FORMS | CTX_PAGER, {K_UP}, ACT_UP, "the row or field above", MANUAL_ONLY},
	{LISTS | FORMS | CTX_PAGER, {K_DOWN}, ACT_DOWN, "the row or field below",
		MANUAL_ONLY},
	{LISTS | FORMS | CTX_PAGER, {K_LEFT}, ACT_LEFT, "left", MANUAL_ONLY},
	{LISTS | FORMS | CTX_PAGER, {K_RIGHT}, ACT_RIGHT, "right", MANUAL_ONLY},
	{LISTS | FORMS | CTX_PAGER, {K_PAGE_UP}, ACT_PAGE_UP, N_("a page up"), 0},
	{LISTS | FORMS | CTX_PAGER, {K_PAGE_DOWN}, ACT_PAGE_DOWN, N_("a page down"), 0},
	{LISTS | FORMS | CTX_PAGER, {K_HOME}, ACT_FIRST, N_("first"), 0},
	{LISTS | FORMS | CTX_PAGER, {K_END}, ACT_LAST, N_("last"), 0},
	{CTX_ANY, {K_ESC}, ACT_BACK, N_("back"), 65},
	{CTX_ANY, {K_F(1), '?'}, ACT_HELP, N_("help"), 92},
	{CTX_ANY, {'!'}, ACT_MESSAGES, N_("messages"), 10},
	{CTX_ANY, {K_CTRL('L')}, ACT_REDRAW, N_("draw anew"), 0},
	{CTX_ANY, {K_CTRL('Z')}, ACT_SUSPEND, N_("suspend"), 0},
	{CTX_ANY, {K_F(10), 'q', K_CTRL('C')}, ACT_QUIT, N_("quit"), 91},
};

const size_t key_table_n = COUNT_OF(key_table);
