/* Between the stand-in of the runtime and the fuzzer's entry. */
#ifndef FUZZ_H
#define FUZZ_H

#include "snow.h"

/* The one actor. */
extern sn_cx fuzz_cx;

/* Prepares the actor's heap; `data` is what the program will read from its file. */
void fuzz_begin(const uint8_t *data, size_t size);

/* Checks that everything was given back, and frees it. */
void fuzz_end(void);

#endif
