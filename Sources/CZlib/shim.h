// zlib, and inline functions for what Swift cannot import: macros with arguments.
#ifndef SLABSCOPE_CZLIB_SHIM_H
#define SLABSCOPE_CZLIB_SHIM_H

#if !__has_include(<zlib.h>)
#error "zlib.h is missing: install the headers of zlib (Debian, Ubuntu: apt-get install zlib1g-dev)"
#endif

#include <zlib.h>

/// Prepares a stream that writes the gzip format (RFC 1952).
static inline int gzip_deflate_begin(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

/// Prepares a stream that reads the gzip format.
static inline int gzip_inflate_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
