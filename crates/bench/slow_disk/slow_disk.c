/* A disk whose every sync takes a millisecond longer: loaded into a server before its C library. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void wait_a_millisecond(void)
{
	struct timespec left = { .tv_sec = 0, .tv_nsec = 1000000 };
	int kept = errno;

	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
	errno = kept;
}

int fsync(int fd)
{
	wait_a_millisecond();
	return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	wait_a_millisecond();
	return (int)syscall(SYS_fdatasync, fd);
}
