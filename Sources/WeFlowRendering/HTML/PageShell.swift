internal import WeFlowCrypto
internal import WeFlowOutput

/// What all pages have in common: the head with its policy, the words of the interface in two languages, faces.
enum PageShell {
    /// The digest of the style as a content security policy names it.
    static let styleSource = source(of: PageStyle.text)
    /// The digest of the script as a content security policy names it.
    static let scriptSource = source(of: PageScript.text)
    /// Stands for the look of the pages: where it changes, all of them are written anew.
    static let look = "3" + styleSource + scriptSource

    private static func source(of text: StaticString) -> String {
        text.withUTF8Buffer { "sha256-" + base64(SHA256.hash(UnsafeRawBufferPointer($0))) }
    }

    /// Base 64 with padding.
    static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = (0..<3).reduce(0) { $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0) }
            for place in 0..<4 {
                text.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension HTMLWriter {
    /// Begins a page: its head, and the policy that lets it load files beside it and run its own script, and nothing else.
    ///
    /// - Parameter title: what the browser calls the page.
    mutating func beginPage(title: String) {
        markup("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n")
        markup("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
        markup("img-src 'self' file:; media-src 'self' file:; style-src '")
        text(PageShell.styleSource)
        markup("'; script-src '")
        text(PageShell.scriptSource)
        markup("'; base-uri 'none'; form-action 'none'\">\n")
        markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        markup("<meta name=\"referrer\" content=\"no-referrer\">\n<title>")
        text(title)
        markup("</title>\n<style>")
        markup(PageStyle.text)
        markup("</style>\n<script>")
        markup(PageScript.text)
        markup("</script>\n</head>\n<body>\n")
    }

    /// Ends a page.
    mutating func endPage() { markup("</body>\n</html>\n") }

    /// Writes words of the interface in both languages, of which the page shows one.
    mutating func words(_ chinese: StaticString, _ english: StaticString) {
        markup("<span class=\"zh\">")
        markup(chinese)
        markup("</span><span class=\"en\">")
        markup(english)
        markup("</span>")
    }

    /// Writes words of the interface that hold something of the archive.
    mutating func words(chinese: String, english: String) {
        markup("<span class=\"zh\">")
        text(chinese)
        markup("</span><span class=\"en\">")
        text(english)
        markup("</span>")
    }

    /// Writes a name where it may stand beside others, so that its direction is its own.
    mutating func name(_ name: String) {
        markup("<bdi>")
        text(name)
        markup("</bdi>")
    }

    /// Writes the link that leads up, as the first thing in a page's bar.
    mutating func back(to page: String) {
        markup("<a class=\"back\"")
        attribute("href", file: page)
        markup(" title=\"返回\" aria-label=\"返回\" data-en=\"back\">‹</a>")
    }

    /// Writes the box to search in.
    mutating func searchBox(_ chinese: String, _ english: String) {
        markup("<input id=\"search\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"")
        attribute("placeholder", chinese)
        attribute("aria-label", chinese)
        attribute("data-en", english)
        markup(">")
    }

    /// Writes somebody's picture, or a tile with the first letter of the name.
    ///
    /// - Parameters:
    ///   - picture: where it lies, seen from the page.
    ///   - name: whose it is.
    ///   - id: tells people apart who have one letter.
    mutating func face(_ picture: String?, name: String, id: String) {
        if let picture {
            markup("<img class=\"av\" loading=\"lazy\" alt=\"\"")
            attribute("src", file: picture)
            markup(">")
        } else {
            markup("<i class=\"av c")
            number(id.utf8.reduce(UInt32(7)) { $0 &* 31 &+ UInt32($1) } >> 3 & 7)
            markup("\"")
            // Drawn by the style: a text of its own would be one more thing to hold a hundred thousand times.
            if let letter = name.first(where: { $0.isLetter || $0.isNumber }) { attribute("data-l", String(letter)) }
            markup("></i>")
        }
    }

    /// Writes ` href="…"` for an address of the web, which a reader may follow; another scheme is none.
    ///
    /// - Returns: whether it is one.
    @discardableResult
    mutating func webAddress(_ address: String) -> Bool {
        guard Self.isWebAddress(address) else { return false }
        attribute("href", address)
        markup(" target=\"_blank\" rel=\"noopener noreferrer nofollow\"")
        return true
    }

    /// Whether a text is an address of the web.
    static func isWebAddress(_ text: String) -> Bool {
        let head = text.prefix(8).lowercased()
        return (head.hasPrefix("http://") || head.hasPrefix("https://"))
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// Writes a text in which addresses of the web can be followed.
    mutating func linkedText(_ whole: String) {
        guard whole.utf8.contains(UInt8(ascii: ":")) else { return text(whole) }
        var rest = whole[...]
        while let start = Self.address(in: rest) {
            text(rest[..<start.lowerBound])
            markup("<a")
            webAddress(String(rest[start]))
            markup(">")
            text(rest[start])
            markup("</a>")
            rest = rest[start.upperBound...]
        }
        text(rest)
    }

    /// The first address of the web in a text: what is ASCII and no quote or bracket, without the stop of a sentence.
    private static func address(in text: Substring) -> Range<Substring.Index>? {
        var from = text.utf8.startIndex
        while let start = text.utf8[from...].firstIndex(of: UInt8(ascii: "h")) {
            from = text.utf8.index(after: start)
            let rest = text.utf8[start...]
            guard rest.starts(with: "http://".utf8) || rest.starts(with: "https://".utf8) else { continue }
            var address = Substring(
                rest.prefix { byte in 0x21...0x7E ~= byte && !#""'<>\^`{|}"#.utf8.contains(byte) })
            while let last = address.utf8.last, ".,;:!?)]".utf8.contains(last) { address.removeLast() }
            if address.utf8.count > 10 { return address.startIndex..<address.endIndex }
        }
        return nil
    }
}

/// Numbers and times as the pages write them.
enum Shown {
    /// A whole number with a comma between thousands.
    static func number(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude).utf8)
        var text: [UInt8] = number < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A length in bytes as people read it.
    static func size(_ bytes: Int64) -> String {
        var (value, unit) = (Double(max(bytes, 0)), 0)
        while value >= 1023.95, unit < 4 {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        let text = unit == 0 || tenths >= 1000 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        return "\(text) \(["B", "KB", "MB", "GB", "TB"][unit])"
    }

    /// Two digits at least.
    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
