import Foundation
import TestSupport
import Testing

/// `weflow sns delete` and `block-delete`: the program's only changes of the store.
struct MomentsChangeTests {
    private func program() throws -> (Program, folder: String, ids: [(id: String, tid: String)]) {
        let account = try FixtureAccount("kdf")
        var program = try Program(account)
        let folder = try account.copy(to: program.scratch)
        program.environment["WEFLOW_ACCOUNT"] = folder
        let ids = try (account.truth()["moments"]?.items ?? []).map { ($0["id"]?.text ?? "", $0["tid"]?.text ?? "") }
        return (program, folder + "/db_storage/sns/sns.db", ids)
    }

    private func timeline(_ program: Program) throws -> [String] {
        let answer = try program.run(["sns", "timeline", "--limit", "200", "--no-media"]).json()
        return (answer["timeline"]?.items ?? []).map { $0["id"]?.text ?? "" }
    }

    @Test func postsAreDeletedByEitherFormOfTheirID() throws {
        let (program, database, ids) = try program()
        #expect(try timeline(program) == ids.map(\.id))
        let refused = try program.run(["sns", "delete", ids[0].id])
        #expect(refused.status == 64 && refused.output.isEmpty && refused.errors.contains("--yes"))
        let first = try program.run(["sns", "delete", ids[0].id, "--yes", "--no-backup"])
        #expect(first.status == 0 && first.text == #"{"success":true}"# + "\n" && first.errors.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: database + ".weflow-backup"))
        #expect(try program.run(["sns", "delete", ids[1].tid, "--yes"]).status == 0)
        #expect(FileManager.default.fileExists(atPath: database + ".weflow-backup"))
        #expect(try timeline(program) == ids.dropFirst(2).map(\.id))
        let missing = try program.run(["sns", "delete", "--post-id", ids[1].tid, "--yes"])
        #expect(missing.status == 66 && missing.errors == "weflow: error: Post not found\n")
    }

    @Test(arguments: [
        (["sns", "delete", "--yes"], "--post-id is missing"), (["sns", "delete", "x", "--yes"], "--post-id must be"),
        (["sns", "delete", "1", "2", "--yes"], "2 is one argument too many"),
        (["sns", "delete", "1", "--yess"], "--yess"),
    ])
    func whatIsNoDeletionIsRefused(arguments: [String], says: String) throws {
        let (program, _, _) = try program()
        let outcome = try program.run(arguments)
        #expect(outcome.status == 64 && outcome.output.isEmpty && outcome.errors.contains(says))
    }

    @Test func theProtectionIsPutInAndTakenOut() throws {
        let (program, _, ids) = try program()
        func run(_ verb: String, _ more: String...) throws -> String {
            let outcome = try program.run(["sns", "block-delete", verb] + more)
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            return outcome.text
        }
        #expect(try run("status") == #"{"success":true,"installed":false}"# + "\n")
        #expect(try run("install", "--backup=0") == #"{"success":true,"alreadyInstalled":false}"# + "\n")
        #expect(try run("install") == #"{"success":true,"alreadyInstalled":true}"# + "\n")
        #expect(try program.run(["sns", "delete", ids[2].id, "--yes"]).status == 0)
        #expect(try run("status") == #"{"success":true,"installed":true}"# + "\n")
        #expect(try run("uninstall") == #"{"success":true}"# + "\n")
        #expect(try run("status", "--pretty") == "{\n  \"success\": true,\n  \"installed\": false\n}\n")
    }
}
