import WeFlowPages
import WeFlowStore

/// What the databases of contacts and of sessions say, read side by side.
///
/// Neither is a `Result`: to make sense of the first one, the runtime searches all types of the program, which takes as
/// long as a small database.
struct NameTables {
    /// `contact.db`, or why it cannot be read.
    enum Contacts {
        case read(ContactTables)
        case failed(WeFlowError)

        /// What it says.
        ///
        /// - Throws: why it cannot be read.
        func get() throws(WeFlowError) -> ContactTables {
            switch self {
            case .read(let tables): return tables
            case .failed(let error): throw error
            }
        }
    }

    /// `session.db`, or why it cannot be read.
    enum Sessions {
        case read(SessionTables)
        case failed(WeFlowError)

        /// What it says.
        ///
        /// - Throws: why it cannot be read.
        func get() throws(WeFlowError) -> SessionTables {
            switch self {
            case .read(let tables): return tables
            case .failed(let error): throw error
            }
        }
    }

    /// The contacts.
    let contacts: Contacts
    /// The sessions.
    let sessions: Sessions

    /// Reads both.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - hasPictures: whether addresses of pictures are wanted.
    init(_ account: Account, hasPictures: Bool = true) {
        (sessions, contacts) = sideBySide {
            do throws(WeFlowError) {
                return Sessions.read(
                    try WeFlowError.retrying { () throws(WeFlowError) in try SessionTables(account) })
            } catch {
                return Sessions.failed(error)
            }
        } _: {
            do throws(WeFlowError) {
                return Contacts.read(
                    try WeFlowError.retrying { () throws(WeFlowError) in
                        try ContactTables(account, hasPictures: hasPictures)
                    })
            } catch {
                return Contacts.failed(error)
            }
        }
    }
}
