import WeFlowSystem

extension DatabaseFile {
    /// Between two looks at a log that seems to break off, in milliseconds: a writer goes on meanwhile.
    private static let secondLook = 20

    /// Says that commits of the log are not read, where it breaks off before them
    /// (<doc:WriteAheadLog#A-log-that-breaks-off>). A log that did not change since is not read again.
    ///
    /// - Returns: nil where the log is whole, and where the database was not opened so far.
    public func logBreak() -> WeFlowError? {
        guard let found = foundBreak() else { return nil }
        let what =
            switch found {
            case .header: "its header is damaged, so nothing in it is read"
            case .frame(let number): "frame \(number) is damaged, so what was committed from there on is not read"
            }
        return WeFlowError(.partial, "\(name)-wal: \(what); copy the account again")
    }

    private func foundBreak() -> LogBreak? {
        if let judged = judgedLog() { return judged }
        let log = logState
        var found = seenBreak()
        if let first = found {
            // What a writer was about to fill is filled by now.
            Clock.pause(milliseconds: Self.secondLook)
            found = seenBreak() == first ? first : nil
        }
        keep(found, of: log)
        return found
    }
}
