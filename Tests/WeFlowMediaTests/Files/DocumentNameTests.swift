import Testing
import WeFlowMedia

@Suite struct DocumentNameTests {
    private static let long = String(repeating: "长", count: 99)

    /// What strangers call files, and what copies of them are called.
    static let hostile: [(name: String, safe: String)] = [
        ("预算.xlsx", "预算.xlsx"), ("a b.pdf", "a b.pdf"), ("", "file"), (".", "file"), ("..", "file"), ("...", "file"),
        (" ", "file"), (". .", "file"), ("/", "_"), ("\\", "_"), ("../../x.pdf", ".._.._x.pdf"),
        ("..\\..\\x.pdf", ".._.._x.pdf"), ("/etc/passwd", "_etc_passwd"), ("C:\\Windows\\a.exe", "C__Windows_a.exe"),
        ("a/../b", "a_.._b"), ("a.pdf.", "a.pdf"), ("a.pdf ", "a.pdf"), ("a. . .", "a"), ("a.pdf\u{3000}", "a.pdf"),
        ("\0", "_"), ("a\0b.txt", "a_b.txt"), ("a\nb.txt", "a_b.txt"), ("a\u{1B}[31m.txt", "a_[31m.txt"),
        ("a\u{7F}\u{85}.txt", "a__.txt"), (".bashrc", "_bashrc"), (".ssh", "_ssh"), ("..hidden", "..hidden"),
        ("<img src=x onerror=alert(1)>.html", "_img src=x onerror=alert(1)_.html"), ("a|b?c*d\"e.txt", "a_b_c_d_e.txt"),
        ("=cmd|' /C calc'!A0.csv", "=cmd_' _C calc'!A0.csv"), ("-rf", "-rf"), ("~", "~"), ("$HOME", "$HOME"),
        ("CON", "CON_"), ("nul.txt", "nul_.txt"),
        ("Com1.tar.gz", "Com1_.tar.gz"), ("LPT9 .pdf", "LPT9_ .pdf"), ("COM¹", "COM¹_"), ("CONSOLE.txt", "CONSOLE.txt"),
        ("com10.txt", "com10.txt"), ("发票\u{202E}fdp.exe", "发票\u{202E}fdp.exe"), ("没有扩展名", "没有扩展名"),
        ("\(long).pdf", String(repeating: "长", count: 65) + ".pdf"), (long, String(repeating: "长", count: 66)),
        ("a." + String(repeating: "x", count: 300), "a." + String(repeating: "x", count: 198)),
        (String(repeating: "a", count: 195) + "   .pdf", String(repeating: "a", count: 195) + " .pdf"),
        (String(repeating: "a", count: 199) + ". b", String(repeating: "a", count: 197) + ". b"),
        ("..pdf", "..pdf"), (".pdf", "_pdf"), ("/..", "_"), ("%2e%2e%2fx", "%2e%2e%2fx"),
    ]

    @Test(arguments: hostile)
    func hostileNamesBecomeOneComponent(_ name: String, _ safe: String) {
        let made = DocumentName(name).text
        #expect(made == safe)
        #expect(FileName.isSafeComponent(made))
        #expect(made.utf8.count <= DocumentName.lengthLimit)
        #expect(DocumentName(made).text == made)
        let marked = DocumentName(name).marked("01234567").text
        #expect(FileName.isSafeComponent(marked))
        #expect(marked.utf8.count <= DocumentName.lengthLimit)
        #expect(marked != made)
    }

    @Test func thereAreFortyHostileNames() { #expect(Self.hostile.count >= 40) }

    @Test func aMarkStandsBeforeTheExtension() {
        #expect(DocumentName("预算.xlsx").marked("0123abcd").text == "预算_0123abcd.xlsx")
        #expect(DocumentName("README").marked("0123abcd").text == "README_0123abcd")
        #expect(DocumentName("a.tar.gz").marked("0123abcd").text == "a.tar_0123abcd.gz")
        #expect(
            DocumentName("\(Self.long).pdf").marked("0123abcd").text
                == String(repeating: "长", count: 62) + "_0123abcd.pdf")
    }

    @Test func theFirstHasThePlainNameAndEqualFilesOneName() {
        var names = DocumentNames()
        let (a, b) = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210")
        #expect(names.name("预算.xlsx", identity: a) == "预算.xlsx")
        #expect(names.name("预算.xlsx", identity: b) == "预算_fedcba98.xlsx")
        #expect(names.name("预算.xlsx", identity: a) == "预算.xlsx")
        #expect(names.name("A.PDF", identity: a) == "A.PDF")
        #expect(names.name("a.pdf", identity: b) == "a_fedcba98.pdf")
        #expect(!names.isFree("A.pdf", for: b))
        #expect(names.isFree("A.pdf", for: a))
    }

    @Test func aNameThatLooksMarkedIsNobodyElses() {
        var names = DocumentNames()
        let (a, b) = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210")
        _ = names.name("a_fedcba98.pdf", identity: a)
        _ = names.name("a.pdf", identity: a)
        #expect(names.name("a.pdf", identity: b) == "a_fedcba9876543210.pdf")
    }

    @Test func aHashIsTheMD5OfAllPieces() {
        var hash = ContentHash()
        #expect(hash.text == "d41d8cd98f00b204e9800998ecf8427e")
        hash.add(Array("mess".utf8))
        hash.add(Array("age digest".utf8))
        #expect(hash.text == "f96b697d7cb7938d525a2f31aaf161d0")
    }
}
