package import WeFlowPages
package import WeFlowSystem

/// Where exported files go: a folder, or whatever keeps files in another way. It alone says what is there, so that what an
/// exporter is told and what somebody else does with the files cannot differ.
package protocol ExportPlace: Sendable {
    /// What all paths begin with, without a trailing slash.
    var path: String { get }

    /// What is there at a path; nil where there is nothing.
    func existing(_ path: String) -> ExportedThere?

    /// Puts bytes to a path; what holds the same is left alone.
    ///
    /// - Returns: whether they were written.
    /// - Throws: `.system` where they cannot be; what was there before is then still there.
    func put(_ bytes: ArraySlice<UInt8>, to path: String, stamp: ExportStamp) throws(WeFlowError) -> Bool

    /// Copies an open file to a path; what holds the same is left alone.
    ///
    /// - Returns: whether it was written.
    /// - Throws: `.system` where it cannot be; what was there before is then still there.
    func copy(_ source: SourceFile, to path: String, stamp: ExportStamp) throws(WeFlowError) -> Bool

    /// A new file that has no name, for what a program reads from its standard input.
    ///
    /// - Returns: a file that is read from its start; nil where there is no room for it.
    /// - Throws: `.system` where none can be made.
    func scratch(_ parts: [ArraySlice<UInt8>]) throws(WeFlowError) -> File?

    /// Removes every unfinished file and begins no other: for a run that is interrupted.
    func abandon()
}

/// An exported file that is there already.
package struct ExportedThere: Equatable, Sendable {
    let size: Int
    let modified: FileTime

    /// What a file of this length is that was just exported.
    package init(size: Int, stamp: ExportStamp) { (self.size, modified) = (size, stamp.time) }

    init(size: Int, modified: FileTime) { (self.size, self.modified) = (size, modified) }

    /// Whether the file was made of this source and not touched since.
    func bears(_ stamp: ExportStamp) -> Bool { modified == stamp.time }
}

extension ExportStamp {
    var time: FileTime { FileTime(seconds: seconds, nanoseconds: nanoseconds) }
}
