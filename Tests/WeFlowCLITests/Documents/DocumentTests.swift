import Foundation
import TestSupport
import Testing

/// What the README, its Chinese half and the manual tell to paste does what they say, on the sample account.
struct DocumentTests {
    /// What is not run, and why.
    private static let left: [(words: String, why: String)] = [
        ("weflow sns media 'https://", "it would ask WeChat's network"),
        ("weflow setup", "it asks, and there is no terminal here; the README answers it"),
        ("man ./weflow.1", "a machine that builds may have no man"),
    ]

    /// What comes of commands that a reader is told of, where they stand; a file is one of the clone or of the home.
    private static let showing: [(words: String, output: String)] = [
        ("weflow search 海拔 米 --format text", "That is a staircase."),
        ("weflow messages 妈妈", "那你少放糖"),
        ("--session-type group", "Ship it."),
        ("weflow unread", "妈妈"),
        ("--mentions", "@茉莉"),
        ("'.detail.url // empty'", "https://example.com/tea-shock"),
        ("--by day", "2026-04-21"),
        ("--by sender", "Tom Baker"),
        ("search 蛋糕 --count", "蛋糕会"),
        ("'.mediaLocalPath // empty'", ".wav"),
        ("archive read ~/wechat-archive 蛋糕会", "Ship it."),
        ("archive search", "海拔 78 米"),
    ]
    private static let writing: [(file: String, content: String)] = [
        ("clone/cake.csv", "\u{FEFF}localId,"), ("clone/friends.vcf", "BEGIN:VCARD"),
        ("home/wechat-files/路线图.txt", ""), ("home/wechat-archive/contacts.jsonl", "{"),
        ("home/wechat-pages/index.html", "<!DOCTYPE html>"),
    ]

    private static let languages = ["README.md", "man/README.zh.md"]
    private static let manuals = ["man/weflow.1", "man/weflow-api.5"]

    @Test(arguments: languages) func everyBlockOfTheReadmeRuns(file: String) throws {
        let reader = try DocumentReader(installed: false, account: false)
        let blocks = try DocumentBlock.all(in: file)
        #expect(blocks.count > 15)
        for words in Self.showing.map(\.words) {
            #expect(blocks.contains { $0.code.contains(words) }, "\(file) has no \(words)")
        }
        for block in blocks { try check(block, reader) }
        for (name, content) in Self.writing {
            let bytes = try #require(try reader.program.scratch.contents(name), "\(name)")
            #expect(bytes.starts(with: content.utf8), "\(name)")
        }
        try checkCron(reader)
        // The first lines install what the build needs, build and test; the rest was called as its reader would.
        let calls = try reader.calls()
        for words in [
            "apt-get install", "swift build -c release", "swift test", "notify-send", "claude mcp add weflow",
        ] {
            #expect(calls.contains(words), "\(file) never comes to \(words)")
        }
        for page in ["man1/weflow.1", "man5/weflow-api.5", "man7/weflow-recipes.7"] {
            #expect(try reader.program.scratch.contents("home/.local/share/man/\(page)") != nil, "\(page)")
        }
        #expect(try reader.program.scratch.mode("home/.config/weflow/config.json") == 0o600)
    }

    @Test func everyRecipeRuns() throws {
        let reader = try DocumentReader(account: false)
        let blocks = try DocumentBlock.all(in: "man/weflow-recipes.7")
        #expect(blocks.count > 10)
        for block in blocks { try check(block, reader) }
        try checkCron(reader)
    }

    /// An example of a command stands by itself; each is pasted alone, in the order of the page.
    @Test(arguments: manuals) func everyExampleOfTheManualRuns(file: String) throws {
        let reader = try DocumentReader(account: true)
        var count = 0
        for block in try DocumentBlock.all(in: file) {
            #expect(block.language == "sh")
            for line in block.code.split(separator: "\n") {
                if Self.left.contains(where: { line.contains($0.words) }) { continue }
                count += 1
                let outcome = try reader.paste(String(line))
                #expect(outcome.status == 0, "\(block.testDescription): \(line)\n\(outcome.errors)")
            }
        }
        #expect(count >= 4)
    }

    /// What commands without an endpoint print has a word for each member; those of the others are declared.
    @Test(arguments: [
        "archive kept", "archive status kept", "archive verify kept", "archive render kept --output-dir pages",
        "check --json --deep", "config", "sql --database contact 'SELECT username FROM contact'",
    ])
    func everyMemberOfACommandsJSONIsExplained(command: String) throws {
        let reader = try DocumentReader(account: true)
        if command != "archive kept" { #expect(try reader.paste("weflow archive kept").status == 0) }
        let outcome = try reader.paste("weflow \(command)")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let page = try DocumentBlock.lines("man/weflow-api.5").map(DocumentBlock.plain)
        let head =
            "weflow "
            + command.split(separator: " ").prefix { $0.allSatisfy(\.isLetter) && $0 != "kept" }
            .joined(separator: " ")
        let start = try #require(page.firstIndex(of: ".Ss \(head)"), "\(head)")
        let section = page[(start + 1)...].prefix { !$0.hasPrefix(".S") }.joined(separator: "\n")
        // Values of settings, rows and media stand in objects by names of their own.
        func names(_ json: JSON, _ inside: String) -> [String] {
            json.members.flatMap { key, value in
                ["settings", "rows"].contains(inside) || inside == "media" ? [] : [key] + names(value, key)
            } + json.items.flatMap { names($0, inside) }
        }
        for name in Set(names(try outcome.json(), "")) {
            #expect(section.contains(name), "weflow-api(5) has no word for \(name) of weflow \(command)")
        }
    }

    /// Nothing is left out for a reason that no page gives any more.
    @Test func whatIsLeftOutIsThere() throws {
        let pages = try Self.manuals.flatMap(DocumentBlock.all).map(\.code).joined(separator: "\n")
        for words in Self.left.map(\.words) { #expect(pages.contains(words), "\(words)") }
    }

    @Test(arguments: manuals + ["man/weflow-recipes.7"]) func everyPageOfTheManualIsSound(file: String) throws {
        let lint = try Program().shell("mandoc -T lint -W style '\(DocumentBlock.path(file))'")
        // Whether the pages that it refers to are installed is not the page's fault.
        let faults = lint.text.split(separator: "\n").filter { !$0.contains("referenced manual not found") }
        #expect(lint.status != 127, "mandoc is missing; the README's test command installs it")
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
        let page = try Program().shell("mandoc -T utf8 -O width=80 '\(DocumentBlock.path(file))'")
        #expect(page.text.contains("SEE ALSO") || page.text.contains("S\u{8}SE\u{8}EE"))
    }

    private func check(_ block: DocumentBlock, _ reader: DocumentReader) throws {
        switch block.language {
        case "sh":
            let outcome = try reader.paste(block.code)
            #expect(outcome.status == 0, "\(block.testDescription): \(block.code)\n\(outcome.errors)")
            for (words, output) in Self.showing where block.code.contains(words) {
                #expect(outcome.text.contains(output), "\(block.testDescription): \(words)")
            }
        case "crontab":
            for (line, outcome) in try reader.runLikeCron(block.code) {
                #expect(outcome.status == 0, "\(block.testDescription): \(line)\n\(outcome.errors)")
            }
        case "json": try checkHost(block, reader)
        case "ini", "xml":
            let words = try commandWords(of: block)
            let outcome = try reader.paste(words.joined(separator: " "))
            #expect(outcome.status == 0, "\(block.testDescription): \(words)\n\(outcome.errors)")
        default: Issue.record("\(block.testDescription): nothing here knows \(block.language)")
        }
    }

    /// What a host of language models is given starts a server that answers.
    private func checkHost(_ block: DocumentBlock, _ reader: DocumentReader) throws {
        let servers = try JSON(parsing: Array(block.code.utf8)).members.first?.value
        let server = try #require(servers?["weflow"])
        #expect(server["command"]?.text?.hasSuffix("weflow") == true)
        let arguments = (server["args"]?.items ?? []).compactMap(\.text).joined(separator: " ")
        let hello = #"""
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}

            """#
        let outcome = try reader.paste("weflow \(arguments)", answering: hello)
        #expect(outcome.status == 0 && outcome.text.contains("serverInfo"), "\(block.testDescription)")
    }

    /// What systemd or launchd is told to start.
    private func commandWords(of block: DocumentBlock) throws -> [String] {
        if block.language == "ini" {
            let line = try #require(block.code.components(separatedBy: "\n").first { $0.hasPrefix("ExecStart=") })
            return line.dropFirst("ExecStart=".count).split(separator: " ").map(String.init).enumerated().map {
                $0 == 0 ? "weflow" : $1
            }
        }
        let script = "import plistlib, sys; print(*plistlib.load(sys.stdin.buffer)['ProgramArguments'][1:])"
        let outcome = try Program().run(shell: "python3 -c \"\(script)\"", input: block.code)
        #expect(outcome.status == 0, "\(block.testDescription): \(outcome.errors)")
        return ["weflow"] + outcome.text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// What a document put into the table of cron is silent where all is well, and leaves what nobody else can read.
    private func checkCron(_ reader: DocumentReader) throws {
        let lines = try reader.runLikeCron(try reader.cronTable())
        #expect(!lines.isEmpty)
        for (line, outcome) in lines {
            #expect(
                outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(line)\n\(outcome.errors)")
        }
        let scratch = reader.program.scratch
        #expect(try scratch.mode("home/wechat-archive") == 0o700)
        #expect(try scratch.mode("home/wechat-archive/manifest.json") == 0o600)
    }

    // MARK: Both languages

    @Test func bothLanguagesHaveTheSameStructure() throws {
        let structures = try Self.languages.map(Self.structure)
        #expect(structures[0].count > 40)
        for (english, chinese) in zip(structures[0], structures[1]) {
            #expect(english == chinese)
            guard english == chinese else { break }
        }
        #expect(structures[0].count == structures[1].count)
    }

    /// Headings by their level, rows of tables, items of lists, pictures, and code without its comments.
    private static func structure(_ file: String) throws -> [String] {
        var structure: [String] = []
        var isCode = false
        for line in try DocumentBlock.lines(file) {
            if line.hasPrefix("```") {
                isCode.toggle()
                structure.append(line)
            } else if isCode {
                // A comment is in the reader's language; what it stands behind is the same in both.
                let code = line.components(separatedBy: " # ")[0]
                structure.append(code.hasPrefix("#") ? "#" : code.trimmingCharacters(in: .whitespaces))
            } else if line.hasPrefix("#") {
                structure.append(String(line.prefix { $0 == "#" }))
            } else if line.hasPrefix("|") {
                structure.append("| \(line.components(separatedBy: "|").count)")
            } else if line.hasPrefix("- ") {
                structure.append("-")
            } else if line.hasPrefix("![") {
                let name = line.components(separatedBy: "pictures/").last ?? ""
                structure.append(String(name.prefix { $0 != ")" }))
            }
        }
        return structure
    }

    @Test func theReadmeIsShortAndLeadsToTheOther() throws {
        let english = try DocumentBlock.lines("README.md")
        #expect(english.count <= 251)
        #expect(english[0].contains("](man/README.zh.md)"))
        #expect(try DocumentBlock.lines("man/README.zh.md")[0].contains("](../README.md)"))
    }

    /// Files that are linked to are there.
    @Test(arguments: languages) func everyLinkLeadsSomewhere(file: String) throws {
        let folder = URL(fileURLWithPath: DocumentBlock.path(file)).deletingLastPathComponent()
        let text = try DocumentBlock.lines(file).joined(separator: "\n")
        for match in text.matches(of: /\]\(([^)#]+)[^)]*\)/) where !match.1.hasPrefix("http") {
            let path = folder.appendingPathComponent(String(match.1)).path
            #expect(FileManager.default.fileExists(atPath: path), "\(file): \(match.1)")
        }
    }
}
