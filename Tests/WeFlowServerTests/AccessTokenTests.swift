import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowState
import WeFlowSystem

@testable import WeFlowServer

struct AccessTokenTests {
    private let scratch: ScratchFolder
    private let state: StateFolder

    init() throws {
        scratch = try ScratchFolder()
        state = StateFolder(path: scratch.file("state"))
    }

    private func put(_ text: String, at name: String) throws {
        try FileManager.default.createDirectory(atPath: state.path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: state.file(name)))
    }

    private func text(_ name: String) -> String? { try? String(contentsOfFile: state.file(name), encoding: .utf8) }

    @Test func aTokenIsMadeOnceAndReplacedOnDemand() throws {
        #expect(try AccessToken.stored(in: state) == nil)
        let token = try AccessToken.storedOrNew(in: state)
        #expect(token.text.utf8.count == 43)
        #expect(token.text.utf8.allSatisfy { "-_".utf8.contains($0) || 0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 & 0xDF })
        #expect(try AccessToken.storedOrNew(in: state).text == token.text)
        #expect(try scratch.mode(state.file("token")) == 0o600)
        let other = try AccessToken.rotate(in: state)
        #expect(other.text != token.text)
        #expect(try AccessToken.stored(in: state)?.text == other.text)
    }

    @Test(arguments: [0, 60]) func aTokenThatIsAskedForAgainAndAgainIsTheStoredOne(later: Int) throws {
        let stored = StoredToken(in: state) { Int(Date().timeIntervalSince1970) + later }
        let made = try stored.current()
        #expect(try AccessToken.stored(in: state)?.text == made.text)
        for _ in 0..<20 {
            let token = try AccessToken.rotate(in: state)
            #expect(try stored.current().text == token.text)
            #expect(try stored.current().text == token.text)
        }
        try state.write(Array("two words".utf8), to: "token")
        #expect(throws: WeFlowError.self) { try stored.current() }
        try state.remove("token")
        let next = try stored.current()
        #expect(try AccessToken.stored(in: state)?.text == next.text)
    }

    @Test func onlyTheTokenItselfMatches() throws {
        let token = try #require(AccessToken(" abc123 \n"))
        #expect(token.text == "abc123")
        #expect(token.matches("abc123"))
        for wrong in ["", "abc12", "abc1234", "abc124", "ABC123", "abc123abc123", " abc123"] {
            #expect(!token.matches(wrong))
        }
    }

    @Test(arguments: ["", "  \n", "two words", "umlaut ä"])
    func whatAHeaderCannotCarryIsNoToken(text: String) {
        #expect(AccessToken(text) == nil)
    }

    @Test func aTokenIsNotPrinted() {
        let token = AccessToken.random()
        #expect(!"\(token)".contains(token.text))
        #expect(!String(reflecting: token).contains(token.text))
    }

    @Test("a token that others can read is refused, with what mends it") func tokens() throws {
        _ = try AccessToken.storedOrNew(in: state)
        #expect(chmod(state.file("token"), 0o644) == 0)
        let error = #expect(throws: WeFlowError.self) { try AccessToken.stored(in: state) }
        #expect(error?.kind == .unavailable && error?.sentence.contains("chmod 600") == true)
        #expect(chmod(state.file("token"), 0o600) == 0)
        #expect(try AccessToken.stored(in: state) != nil)
    }

    @Test("a link in the place of a file is neither followed nor replaced") func links() throws {
        try put("old", at: "real")
        #expect(symlink(state.file("real"), state.file("token")) == 0)
        let error = #expect(throws: WeFlowError.self) { try AccessToken.rotate(in: state) }
        #expect(error?.sentence.contains("symbolic link") == true)
        #expect(text("real") == "old")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: state.file("token")) == state.file("real"))
    }

    @Test("what a killed run left is removed, and what another writes is not") func leftovers() throws {
        let gone = Int(Int32.max) - 7
        try put("x", at: ".token.\(gone)-1")
        let stays = [".token.\(getpid())-1", ".token.\(gone)-1.bak", ".tokens.\(gone)-1", ".cursor.\(gone)-1"]
        for name in stays { try put("x", at: name) }
        _ = try AccessToken.storedOrNew(in: state)
        let names = try FileManager.default.contentsOfDirectory(atPath: state.path)
        #expect(Set(names) == Set(stays + ["token"]))
    }
}
