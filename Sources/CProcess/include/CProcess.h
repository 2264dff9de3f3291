// Calls of the system that Swift has no names for.
#ifndef C_PROCESS_H
#define C_PROCESS_H

/// Lets no core of this process be written; on Linux neither a debugger nor /proc looks into it any more either.
void weflow_close_process(void);

#endif
