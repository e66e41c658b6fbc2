/* libFuzzer's entry: hands each input to the `main` of a Snow program as the content of the file that it reads.
   The program's own `main` function, renamed, asks the runtime to start it; here that only tells where its actor is. */
#include <stdlib.h>

#include "fuzz.h"

int snow_main(int argc, char **argv);
static const sn_actor_info *actor;

int snow_start(int argc, char **argv, const sn_program *program) {
  (void)argc, (void)argv;
  actor = program->main;
  return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) { return snow_main(*argc, *argv); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  void *frame = calloc(1, (size_t)actor->frame_size);
  fuzz_begin(data, size);
  if (actor->run(&fuzz_cx, frame) != SN_TURN_DONE) abort();
  fuzz_end();
  free(frame);
  return 0;
}
