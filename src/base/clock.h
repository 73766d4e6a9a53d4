/* SPDX-License-Identifier: MIT */
/*
 * Monotonic time.
 *
 * Inside the C part a moment is an int64_t of nanoseconds on CLOCK_MONOTONIC,
 * which no change of the date can move; Lua sees seconds as floats.
 */
#ifndef RTK_CLOCK_H
#define RTK_CLOCK_H

#include <lua.h>
#include <stdint.h>
#include <time.h>

/* A moment that never comes. */
#define RTK_CLOCK_NEVER INT64_MAX

#define RTK_CLOCK_MILLISECOND INT64_C(1000000)
#define RTK_CLOCK_SECOND INT64_C(1000000000)

/* This moment. Never fails. */
int64_t rtk_clock_now(void);

/*
 * How far the clock on the wall is ahead of this one. It grows by what a
 * suspended machine does not notice, and when somebody sets the date.
 */
int64_t rtk_clock_wall_lead(void);

/* Seconds as nanoseconds, at most about 31 years. */
int64_t rtk_clock_duration(double seconds);

/* Nanoseconds as the system takes them. */
struct timespec rtk_clock_timespec(int64_t duration);

/* now() -> seconds since an arbitrary moment. [-0, +1, -] */
int clock_now(lua_State *L);

/*
 * sleep(seconds) -> seconds left: 0, or more if a signal interrupted it, so
 * that the hook by which Lua handles signals can run. [-0, +1, e]
 */
int clock_sleep(lua_State *L);

#endif
