import Synchronization
import WeFlowArrivals
import WeFlowPages
import WeFlowQuery
import WeFlowState
import WeFlowStore

/// The account of a run: opened for the first call that needs it, and again until that succeeds.
final class Opened: Sendable {
    private struct Kept {
        let account: Account
        let journal: ArrivalJournal
    }

    private let open: @Sendable () throws(WeFlowError) -> Account
    private let state: StateFolder
    private let kept = Mutex<Kept?>(nil)

    init(state: StateFolder, _ open: @escaping @Sendable () throws(WeFlowError) -> Account) {
        (self.state, self.open) = (state, open)
    }

    /// The account and its journal.
    ///
    /// - Throws: why it cannot be opened.
    func account() throws(WeFlowError) -> (Account, ArrivalJournal) {
        if let kept = kept.withLock({ $0 }) { return (kept.account, kept.journal) }
        let account = try open()
        let journal = ArrivalJournal(of: account, in: state)
        return kept.withLock { known in
            if known == nil { known = Kept(account: account, journal: journal) }
            return (known?.account ?? account, known?.journal ?? journal)
        }
    }

    /// A sentence without the paths of this machine, which are no business of a model's.
    func withoutPaths(_ sentence: String) -> String {
        var sentence = sentence
        if let folder = kept.withLock({ $0?.account.folder.path }) {
            sentence = sentence.replacing(folder, with: "…")
        }
        sentence = sentence.replacing(state.path, with: "…")
        // Whole paths begin at a blank; names of databases are no whole paths.
        return sentence.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let bare = word.drop { "(\"'".contains($0) }
            let isWindows = bare.utf8.count > 2 && bare.dropFirst().hasPrefix(":\\")
            guard bare.hasPrefix("/") && bare.utf8.count > 1 || bare.hasPrefix("~/") || isWindows else { return word }
            let end = bare.last.map { ":;,.)".contains($0) ? String($0) : "" } ?? ""
            return Substring("…" + end)
        }.joined(separator: " ")
    }
}
