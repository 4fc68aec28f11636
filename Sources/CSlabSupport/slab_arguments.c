#include "slab_arguments.h"

#include <stddef.h>

static char *const *arguments = NULL;
static int count = 0;

// glibc passes the arguments of main to constructors.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  count = argc;
  arguments = argv;
}

char *const *slab_arguments(void) { return arguments; }
int slab_argument_count(void) { return arguments ? count : 0; }
