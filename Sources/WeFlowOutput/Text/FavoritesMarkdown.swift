public import WeFlowCollections
public import WeFlowParameters
import WeFlowQuery

/// A favourite for reading, in Markdown: whole texts and notes, with what belongs to them listed below
/// (<doc:TextAndTables#Favourites-for-reading>).
///
/// - Parameters:
///   - favorite: the favourite.
///   - isFirst: whether none stands in front of it.
///   - zone: the clock by which times are shown.
/// - Returns: its part of the document.
public func favoriteMarkdown(_ favorite: Favorite, isFirst: Bool, zone: LocalZone = .system) -> String {
    (isFirst ? "" : "\n---\n\n") + MarkdownFavorite(favorite: favorite, zone: zone).text
}

private struct MarkdownFavorite {
    let favorite: Favorite
    let zone: LocalZone

    var text: String {
        let content = favorite.content
        var blocks = ["## \(heading)", particulars]
        if !content.url.isEmpty { blocks.append("<\(Self.address(content.url))>") }
        if !content.text.isEmpty { blocks.append(Self.lines(content.text)) }
        // Texts are in the whole already.
        let parts = content.parts.indices.filter { content.parts[$0].kind != .text }
        if !parts.isEmpty { blocks.append(parts.map(part).joined(separator: "\n")) }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private var heading: String {
        let content = favorite.content
        if !content.title.isEmpty { return Self.inline(content.title) }
        let first = content.text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(60)) } ?? ""
        return first.isEmpty ? favorite.type : Self.inline(first)
    }

    /// When, what, from whom and its tags, in one line.
    private var particulars: String {
        var particulars = [MomentTimes.minute(favorite.time, zone: zone), favorite.type]
        if !favorite.from.name.isEmpty { particulars.append(Self.inline(favorite.from.name)) }
        if !favorite.chat.name.isEmpty, favorite.chat.id != favorite.from.id {
            particulars.append(Self.inline(favorite.chat.name))
        }
        particulars += favorite.tags.map { "#\(Self.inline($0))" }
        return "*\(particulars.joined(separator: " · "))*"
    }

    private func part(_ place: Int) -> String {
        let part = favorite.content.parts[place]
        let name = [part.title, part.text, part.url].first { !$0.isEmpty } ?? part.format
        let file = place < favorite.files.count ? favorite.files[place] : .none
        let words = "\(part.kind.name) \(Self.inline(name))"
        guard case .found(_, let path) = file else { return "- \(words)" }
        return "- [\(words)](<\(Self.address(path))>)"
    }

    /// A text in one line, that Markdown takes for nothing but text.
    private static func inline(_ text: String) -> String {
        var escaped = ""
        for character in text.inOneLine {
            if "\\`*_[]<>#|~".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }

    /// The lines of a text: each stays one, and none begins a heading, a list or HTML.
    private static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let line = inline(String(line))
            guard let first = line.first(where: { $0 != " " }), "+-=0123456789".contains(first), line != "" else {
                return line
            }
            return first.isNumber
                ? line.replacing(". ", with: "\\. ", maxReplacements: 1) : "\\" + line.drop { $0 == " " }
        }.joined(separator: "  \n")
    }

    /// An address between angle brackets.
    private static func address(_ text: String) -> String {
        text.inOneLine.replacing("<", with: "%3C").replacing(">", with: "%3E")
    }
}
