/* SPDX-License-Identifier: MIT */
/*
 * JSON text to Lua values and back.
 *
 * A codec is one Lua value per state that holds what decoding and encoding
 * share. It is created once when the module opens and is upvalue RTK_CODEC of
 * every C function that needs it.
 *
 * Mapping:
 *   object  table without metatable; null members are left out and the last
 *           of equal names wins
 *   array   sequence with the array metatable (so [] stays []); null elements
 *           are the null lightuserdata
 *   number  an integer when it has no fraction or exponent and fits 64 bits
 *           (where this Lua has integers), else the nearest float; -0 is a
 *           float. Numbers too large for a double are refused.
 *   null    at the top level: the null lightuserdata
 *
 * Text is UTF-8; a byte order mark before it is skipped. Inside a string, half
 * of a surrogate pair and bytes that are not UTF-8 are read as U+FFFD, as
 * JavaScript and the official SDK do; they are never written. When encoding,
 * a table is an array if its metatable says __jsontype = "array" (the array
 * metatable does) or if its keys are 1..n with n > 0; else it is an object,
 * whose keys must be strings. A table whose metatable keeps fields from
 * lua_next (table_kind.h) is refused, unless they are in the table __apart of
 * its metatable, where rtk keeps fields named like methods; metamethods are
 * never called. Floats
 * without a fraction are written like integers. Both ways nest 512 deep.
 */
#ifndef RTK_JSON_H
#define RTK_JSON_H

#include "base/compat.h"
#include "select/selection.h"

/* The upvalue that holds the codec in functions registered by rtk.c. */
#define RTK_CODEC lua_upvalueindex(1)

/* Room for any decode error message, NUL included. */
#define RTK_JSON_ERROR_SIZE 160

/* [-0, +1, m] Pushes the codec of the state, which is made the first time: a
   module that is loaded again has the same as the transports. */
void rtk_json_push_codec(lua_State *L);

/* [-0, +1, -] Pushes the array metatable of the codec at index codec. */
void rtk_json_push_array_metatable(lua_State *L, int codec);

/*
 * [-0, +(1|0), m] Decodes one JSON text and pushes the value; with a selection,
 * which may be NULL, of the items of a reply only what it has. Returns 1; or 0
 * with nothing pushed and a message that says what was expected, what was
 * found and at which byte, and quotes no more of the text than that byte.
 * Raises only when Lua is out of memory (or LuaJIT's host out of Lua stack)
 * and holds no C memory of its own then. The caller keeps text alive; it need
 * not be terminated.
 */
int rtk_json_decode(lua_State *L, int codec, const char *text, size_t length,
                    const struct rtk_selection *selection,
                    char message[RTK_JSON_ERROR_SIZE]);

/*
 * Reserved names are those that a key should not have, because values get
 * methods of these names. Decoding looks for them, as it knows most keys
 * already, so that nobody need search the values.
 *
 * [-0, +0, -] How often names had been reserved before the text was decoded
 * that was decoded last; 0 if one of its keys is one of them.
 */
unsigned rtk_json_unreserved(lua_State *L, int codec);

/* reserve(names) -> reservation. [-0, +1, e] Reserves the keys of a table: that
   was the reservation of this number, from 1 on. */
int json_reserve(lua_State *L);

/* decode(text [, selection]) -> value, or nil, message. [-0, +(1|2), e] The
   selection is a text for rtk_selection_read. */
int json_decode(lua_State *L);

/*
 * encode(value [, name [, may_have_pairs]]) -> text. [-0, +1, e] Raises what
 * cannot be encoded at the caller's position, which is empty under
 * pcall(encode, ...), with the path to it, which starts with name (default
 * "value"). The codec stays usable. If may_have_pairs is true, returns nil for
 * a value with a table in it that is to be read through its __pairs.
 */
int json_encode(lua_State *L);

#endif
