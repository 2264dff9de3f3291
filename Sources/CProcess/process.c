#include "CProcess.h"
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

void weflow_close_process(void) {
    struct rlimit limit;
    // The upper limit stays, so that a program that is started may have cores again.
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &limit);
    }
#ifdef __linux__
    // A core that is handed to a program, as many systems do, knows no limit.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
