#pragma once

#include <stddef.h>

/// The bytes of a .slabtrace file that is part of the program; `start` is null if there is no recording of that name.
struct bundled_recording {
  const unsigned char *_Nullable start;
  size_t count;
};

/// Returns the bundled recording of a name, such as "tcp-bulk". The bytes exist as long as the program runs.
struct bundled_recording bundled_recording_named(const char *_Nonnull name);
