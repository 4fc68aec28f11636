// The arguments of this process.
#ifndef SLAB_ARGUMENTS_H
#define SLAB_ARGUMENTS_H

/// Returns the arguments that the C library passed to the program, the program's name first; NULL if it passed none.
char *const *slab_arguments(void);

/// Returns the number of the arguments.
int slab_argument_count(void);

#endif
