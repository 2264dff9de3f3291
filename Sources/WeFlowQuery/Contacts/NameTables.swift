import WeFlowPages
import WeFlowStore

/// What the databases of contacts and of sessions say, read side by side.
struct NameTables {
    /// `contact.db`, or why it cannot be read.
    let contacts: Result<ContactTables, WeFlowError>
    /// `session.db`, or why it cannot be read.
    let sessions: Result<SessionTables, WeFlowError>

    /// Reads both.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - hasPictures: whether addresses of pictures are wanted.
    init(_ account: Account, hasPictures: Bool = true) {
        (sessions, contacts) = sideBySide {
            Result { () throws(WeFlowError) in
                try WeFlowError.retrying { () throws(WeFlowError) in try SessionTables(account) }
            }
        } _: {
            Result { () throws(WeFlowError) in
                try WeFlowError.retrying { () throws(WeFlowError) in
                    try ContactTables(account, hasPictures: hasPictures)
                }
            }
        }
    }
}
