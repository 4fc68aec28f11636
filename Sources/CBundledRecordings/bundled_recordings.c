#include "bundled_recordings.h"

#include <string.h>

// The files are part of the program, so that it needs no folder of resources beside it. #embed takes milliseconds for them; the
// array literal that SwiftPM's .embedInCode generates takes the Swift compiler about a minute for each.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char imix_burst[] = {
#embed "imix-burst.slabtrace"
};
static const unsigned char tcp_bulk[] = {
#embed "tcp-bulk.slabtrace"
};
static const unsigned char udp_rr[] = {
#embed "udp-rr.slabtrace"
};

struct bundled_recording bundled_recording_named(const char *name) {
  if (strcmp(name, "imix-burst") == 0) return (struct bundled_recording){imix_burst, sizeof imix_burst};
  if (strcmp(name, "tcp-bulk") == 0) return (struct bundled_recording){tcp_bulk, sizeof tcp_bulk};
  if (strcmp(name, "udp-rr") == 0) return (struct bundled_recording){udp_rr, sizeof udp_rr};
  return (struct bundled_recording){NULL, 0};
}
