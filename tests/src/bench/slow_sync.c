/* Put in front of the system's own calls (LD_PRELOAD): every sync takes 20 ms more, as on a card in a small computer.
   It must do nothing else: what is measured is the program, and only its disk is slower. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void wait_20_ms(void) {
  struct timespec left = {0, 20 * 1000 * 1000};
  while (nanosleep(&left, &left) != 0) {
  }
}

int fsync(int file) {
  int result = (int)syscall(SYS_fsync, file);
  wait_20_ms();
  return result;
}

int fdatasync(int file) {
  int result = (int)syscall(SYS_fdatasync, file);
  wait_20_ms();
  return result;
}
