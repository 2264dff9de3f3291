import WeFlowSystem

/// Size, identity and time of change of a file: what tells that somebody wrote to it.
struct FileState: Equatable {
    let size: Int64
    let inode: UInt64
    let device: UInt64
    let modified: FileTime

    init(_ status: FileStatus) {
        (size, inode, device, modified) = (status.size, status.inode, status.device, status.modified)
    }

    /// The state of the file at `path`, or nil where there is none to be seen.
    static func of(_ path: String) -> FileState? { FileStatus.seen(path).map(FileState.init) }
}

extension File {
    /// What tells whether somebody wrote to the file.
    func state() throws(SystemError) -> FileState { FileState(try status()) }
}
