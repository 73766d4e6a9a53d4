/* SPDX-License-Identifier: MIT */
/*
 * The Lua layer as data: for each file its name and its text, both ended by a
 * zero byte; an empty name ends the list. The emulator is not in it, since it
 * needs files and lua-cjson anyway, and neither are the types for editors.
 */
        .macro file name
        .asciz "\name"
        .incbin "lua/\name"
        .byte 0
        .endm

        .section .rodata
        .global rtk_bundle
        .hidden rtk_bundle
        .type rtk_bundle, %object
rtk_bundle:
        file "rtk/array.lua"
        file "rtk/base64.lua"
        file "rtk/call.lua"
        file "rtk/client.lua"
        file "rtk/error.lua"
        file "rtk/event.lua"
        file "rtk/exchange.lua"
        file "rtk/headers.lua"
        file "rtk/hint.lua"
        file "rtk/init.lua"
        file "rtk/jitter.lua"
        file "rtk/list.lua"
        file "rtk/misuse.lua"
        file "rtk/object.lua"
        file "rtk/operation.lua"
        file "rtk/option.lua"
        file "rtk/pacing.lua"
        file "rtk/page.lua"
        file "rtk/path.lua"
        file "rtk/preset_names.lua"
        file "rtk/query.lua"
        file "rtk/reconcile.lua"
        file "rtk/refusal.lua"
        file "rtk/request.lua"
        file "rtk/resource.lua"
        file "rtk/resources/active_session.lua"
        file "rtk/resources/analytics.lua"
        file "rtk/resources/app.lua"
        file "rtk/resources/apps.lua"
        file "rtk/resources/livestream.lua"
        file "rtk/resources/livestreams.lua"
        file "rtk/resources/meeting.lua"
        file "rtk/resources/meetings.lua"
        file "rtk/resources/participant.lua"
        file "rtk/resources/peer_report.lua"
        file "rtk/resources/preset.lua"
        file "rtk/resources/presets.lua"
        file "rtk/resources/recording.lua"
        file "rtk/resources/recordings.lua"
        file "rtk/resources/session.lua"
        file "rtk/resources/session_participant.lua"
        file "rtk/resources/sessions.lua"
        file "rtk/resources/webhook.lua"
        file "rtk/resources/webhooks.lua"
        file "rtk/response.lua"
        file "rtk/retry.lua"
        file "rtk/retry_after.lua"
        file "rtk/runtime/blocking.lua"
        file "rtk/schema.lua"
        file "rtk/schema/active_session.lua"
        file "rtk/schema/analytics.lua"
        file "rtk/schema/apps.lua"
        file "rtk/schema/arrays.lua"
        file "rtk/schema/livestreams.lua"
        file "rtk/schema/media_output.lua"
        file "rtk/schema/meetings.lua"
        file "rtk/schema/paging.lua"
        file "rtk/schema/peer_report.lua"
        file "rtk/schema/peer_stats.lua"
        file "rtk/schema/presets.lua"
        file "rtk/schema/recordings.lua"
        file "rtk/schema/sessions.lua"
        file "rtk/schema/type.lua"
        file "rtk/schema/webhooks.lua"
        file "rtk/settings.lua"
        file "rtk/suggest.lua"
        .byte 0
        .size rtk_bundle, . - rtk_bundle

        .section .note.GNU-stack, "", %progbits
