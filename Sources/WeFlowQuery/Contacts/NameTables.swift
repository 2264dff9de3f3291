import WeFlowPages
import WeFlowStore

/// What the databases of contacts and of sessions say.
struct NameTables {
    /// `contact.db`, or why it cannot be read.
    let contacts: Reading<ContactTables>
    /// `session.db`, or why it cannot be read.
    let sessions: Reading<SessionTables>

    /// Reads both.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - hasPictures: whether addresses of pictures are wanted.
    init(_ account: Account, hasPictures: Bool = true) {
        sessions = Reading { () throws(WeFlowError) in try SessionTables(account) }
        contacts = Reading { () throws(WeFlowError) in try ContactTables(account, hasPictures: hasPictures) }
    }
}

/// What a database says, or why it cannot be read.
///
/// A `Result` wants to know that its failure is an error, for which the runtime looks through the conformances of the whole
/// program once: 0.38 of the 5.9 million instructions of `weflow sessions`.
enum Reading<Tables: Sendable>: Sendable {
    case read(Tables)
    case failed(WeFlowError)

    /// Reads, again while the database moves.
    init(_ body: () throws(WeFlowError) -> Tables) {
        do throws(WeFlowError) {
            self = .read(try WeFlowError.retrying(body))
        } catch {
            self = .failed(error)
        }
    }

    /// What it says.
    ///
    /// - Throws: why it cannot be read.
    func get() throws(WeFlowError) -> Tables {
        switch self {
        case .read(let tables): return tables
        case .failed(let error): throw error
        }
    }
}
