/* SPDX-License-Identifier: MIT */
#include "json/skip.h"
#include "number/number.h"

static const char *fail(struct rtk_json_reader *r, const char *at,
                        const char *expected)
{
  return rtk_text_note(&r->fault, at, expected);
}

/*
 * Makes the text of a string with escapes, or with what is not UTF-8, which has
 * to be checked as well; all before stop is copied unchanged. Returns the
 * closing quote. The text is in the scratch buffer, which is pushed and still
 * claimed unless there is a fault. [-0, +(1|0), m]
 */
static const char *change(struct rtk_json_reader *r, const char *at,
                          const char *stop, struct rtk_json_scratch **scratch)
{
  *scratch = rtk_json_claim_scratch(r->L, r->codec);
  stop = rtk_unescape(&(*scratch)->buffer, at, stop, r->end, &r->fault);
  if (stop)
    return stop;
  if (!r->fault.expected)
    rtk_json_raise_memory(r->L, *scratch);
  rtk_json_release_scratch(*scratch);
  lua_pop(r->L, 1);
  return NULL;
}

static const char *skip_any_string(struct rtk_json_reader *r, const char *at)
{
  struct rtk_json_scratch *scratch;
  const char *stop = rtk_scan_string(at, r->end, &r->fault);
  if (!stop || *stop == '"')
    return stop ? stop + 1 : NULL;
  stop = change(r, at, stop, &scratch);
  if (!stop)
    return NULL;
  rtk_json_release_scratch(scratch);
  lua_pop(r->L, 1);
  return stop + 1;
}

/* Skips the string that begins behind its opening quote. */
static inline const char *skip_string(struct rtk_json_reader *r, const char *at)
{
  const char *stop = rtk_skip_plain(at, r->end);
  if (stop < r->end && *stop == '"')
    return stop + 1;
  return skip_any_string(r, at);
}

static inline bool is_digit(char byte)
{
  return (unsigned char)(byte - '0') < 10;
}

static const char *skip_number(struct rtk_json_reader *r, const char *at)
{
  struct rtk_number number;
  const char *stop = at;
  /* A short integer without a sign: most are. */
  while (stop < r->end && is_digit(*stop))
    stop++;
  if (stop - at < 16 && stop < r->end && (*stop == ',' || *stop == '}') &&
      (*at != '0' || stop - at == 1) && stop > at)
    return stop;
  stop = rtk_number_parse(at, r->end, &number);
  if (number.kind == RTK_NUMBER_TOO_LARGE)
    return fail(r, at, "a number within the range of a double");
  if (number.kind == RTK_NUMBER_MALFORMED)
    return fail(r, stop, "a digit");
  return stop;
}

static const char *skip_scalar(struct rtk_json_reader *r, const char *at)
{
  if (at < r->end && *at == '"')
    return skip_string(r, at + 1);
  if (at < r->end && (*at == '-' || is_digit(*at)))
    return skip_number(r, at);
  if (rtk_json_is_word(at, r->end, "true", 4) ||
      rtk_json_is_word(at, r->end, "null", 4))
    return at + 4;
  if (rtk_json_is_word(at, r->end, "false", 5))
    return at + 5;
  return fail(r, at, "a value");
}

/* Skips a key with its colon. */
static const char *skip_key(struct rtk_json_reader *r, const char *at)
{
  if (at == r->end || *at != '"')
    return fail(r, at, "'\"' before a field name");
  at = skip_string(r, at + 1);
  return at ? rtk_json_skip_colon(r, at) : NULL;
}

static bool opens_table(const struct rtk_json_reader *r, const char *at)
{
  return at < r->end && (*at == '{' || *at == '[');
}

/* The tables that are open in what is skipped. */
struct open_tables {
  int depth; /* with those around them */
  int count;
  char closes[RTK_JSON_MAX_DEPTH];
};

/* Goes to the next value of the tables that are open, or behind the last. */
static const char *to_next(struct rtk_json_reader *r, const char *at,
                           struct open_tables *open)
{
  while (open->count > 0) {
    char close = open->closes[open->count - 1];
    at = rtk_json_skip_space(at, r->end);
    if (at < r->end && *at == ',') {
      at = rtk_json_skip_space(at + 1, r->end);
      return close == '}' ? skip_key(r, at) : at;
    }
    if (at == r->end || *at != close)
      return fail(r, at, close == '}' ? "',' or '}'" : "',' or ']'");
    open->count--;
    open->depth--;
    at++;
  }
  return at;
}

/* Goes to the first value of the table whose bracket is at at; behind it, to
   the next value, if it is empty. */
static const char *enter(struct rtk_json_reader *r, const char *at,
                         struct open_tables *open)
{
  char close = *at == '{' ? '}' : ']';
  if (open->depth == RTK_JSON_MAX_DEPTH)
    return fail(r, at, "at most 512 nested arrays and objects");
  at = rtk_json_skip_space(at + 1, r->end);
  if (at < r->end && *at == close)
    return to_next(r, at + 1, open);
  open->depth++;
  open->closes[open->count++] = close;
  return close == '}' ? skip_key(r, at) : at;
}

/* Skips the table whose bracket is at at; depth tables are open. */
static const char *skip_table(struct rtk_json_reader *r, const char *at,
                              int depth)
{
  struct open_tables open;
  open.depth = depth;
  open.count = 0;
  do {
    if (opens_table(r, at)) {
      at = enter(r, at, &open);
    } else {
      at = skip_scalar(r, at);
      if (at)
        at = to_next(r, at, &open);
    }
  } while (at && open.count > 0);
  return at;
}

/* Whether the key whose opening quote is at at is selected. A key with escapes
   is read for that; NULL in the place of its end is a fault. */
static bool is_selected_at(struct rtk_json_reader *r,
                           const struct rtk_selection *selection,
                           enum rtk_selection_role role, const char *at,
                           const char **end)
{
  struct rtk_json_scratch *scratch;
  const char *stop = rtk_skip_plain(at + 1, r->end);
  bool is;
  if (stop < r->end && *stop == '"') {
    *end = stop + 1;
    return rtk_selection_has(selection, role, at + 1, (size_t)(stop - at) - 1);
  }
  stop = rtk_scan_string(at + 1, r->end, &r->fault);
  if (stop)
    stop = change(r, at + 1, stop, &scratch);
  *end = stop ? stop + 1 : NULL;
  if (!stop)
    return false;
  is = rtk_selection_has(selection, role,
                         scratch->buffer.length ? scratch->buffer.data : "",
                         scratch->buffer.length);
  rtk_json_release_scratch(scratch);
  lua_pop(r->L, 1);
  return is;
}

const char *rtk_json_skip_members(struct rtk_json_reader *r,
                                  const struct rtk_selection *selection,
                                  enum rtk_selection_role role, const char *at,
                                  int depth)
{
  for (;;) {
    const char *behind;
    if (at == r->end || *at != '"')
      return fail(r, at, "'\"' before a field name");
    if (is_selected_at(r, selection, role, at, &behind))
      return at;
    at = behind ? rtk_json_skip_colon(r, behind) : NULL;
    if (at && opens_table(r, at))
      at = skip_table(r, at, depth);
    else if (at)
      at = skip_scalar(r, at);
    if (!at)
      return NULL;
    at = rtk_json_skip_space(at, r->end);
    if (at < r->end && *at == '}')
      return at;
    if (at == r->end || *at != ',')
      return fail(r, at, "',' or '}'");
    at = rtk_json_skip_space(at + 1, r->end);
  }
}
