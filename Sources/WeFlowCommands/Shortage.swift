internal import WeFlowPages
internal import WeFlowSystem

/// What a process needs, where the system limits it: the runtime's own threads wait for ever, or end the process, where it is
/// not to be had, so it is looked at before the first one.
enum Shortage {
    /// Open files: the standard streams, what the runtime takes, and the databases of a small account with their logs.
    private static let files = 32
    /// As many may be open without asking for more: databases stay open while a command runs.
    private static let manyFiles = 1024
    /// Bytes of address space: the program itself, and what a page of messages takes.
    private static let bytes = 64 << 20

    /// What there is too little of; nil where there is enough.
    static func found() -> WeFlowError? {
        if let open = SystemLimits.raiseFiles(upTo: manyFiles), open < files {
            return WeFlowError(
                .system, "only \(open) files may be open at once, and \(files) are needed; allow more (ulimit -n)")
        }
        guard !SystemLimits.hasRoomForThreads(beside: bytes) else { return nil }
        return WeFlowError(
            .system,
            "the threads that are needed cannot be had; allow more processes (ulimit -u) or address space (ulimit -v)")
    }
}
