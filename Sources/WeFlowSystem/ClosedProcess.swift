internal import CProcess

/// A process that holds keys and pages in its memory.
public enum ClosedProcess {
    /// Closes this process to others of the same user: a crash writes no core, by which the memory would come onto the
    /// disk; on Linux neither a debugger nor `/proc` looks into it any more. macOS has no such thing for a program that
    /// is not signed for it.
    ///
    /// Programs that are started are not closed; cores are off there too until they ask for them.
    public static func close() { weflow_close_process() }
}
