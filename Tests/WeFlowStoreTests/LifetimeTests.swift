import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

struct LifetimeTests {
    @Test func keysAreLetGoOfWithTheirAccount() throws {
        let scratch = try ScratchFolder()
        weak var ring: KeyRing?
        do {
            let keys = KeyRing(.none)
            ring = keys
            let account = Account(folder: AccountFolder(path: scratch.path), keys: keys)
            #expect(!account.hasDatabase("session/session.db") && ring != nil)
        }
        #expect(ring == nil)
    }
}
