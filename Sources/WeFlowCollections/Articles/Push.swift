import WeFlowModel

/// What an official account pushed in one message (<doc:Articles>).
public struct Push: Sendable, Equatable {
    /// One article of it. Text that is unknown is empty.
    public struct Article: Sendable, Equatable {
        /// The title.
        public var title = ""
        /// The abstract.
        public var digest = ""
        /// The address.
        public var url = ""
        /// Address of the picture.
        public var cover = ""
        /// Unix seconds of publication, nil where the time of the push is all that is known.
        public var publishedAt: Int64?
    }

    /// More articles than a push may have; the rest is left out.
    public static let mostArticles = 1000

    /// What the account called itself then, "" where that is not told.
    public var accountName = ""
    /// The articles in their order; none in a notice or a receipt.
    public var articles: [Article] = []
    /// Whether there are more articles than were taken in.
    public var isCut = false

    /// Reads the XML of a message of an account; nil where it is no push at all: it has neither a list of articles nor the
    /// card of one.
    ///
    /// - Parameter xml: the document, any bytes.
    public init?(_ xml: UnsafeRawBufferPointer) {
        var document = XMLDocument()
        document.parse(xml)
        isCut = document.isCut
        let message = document.first("appmsg")
        guard let reader = document.first("mmreader") else {
            guard let message, document.text("type", in: message) == "5" else { return nil }
            accountName = document.text("sourcedisplayname", in: message)
            let article = Article(
                title: document.text("title", in: message), digest: document.text("des", in: message),
                url: document.text("url", in: message), cover: Self.cover(document.text("thumburl", in: message)))
            if article.isOne { articles = [article] }
            return
        }
        read(document, reader, message)
    }

    private mutating func read(
        _ document: XMLDocument, _ reader: XMLDocument.Element, _ message: XMLDocument.Element?
    ) {
        let categories = document.children(of: reader, named: "category")
        accountName = document.text("name", in: categories.first)
        var isFirst = true
        var known: Set<String> = []
        for category in categories.isEmpty ? [reader] : categories {
            for element in document.children(of: category) {
                let name = document.name(of: element)
                guard name == "item" || name == "newitem" else { continue }
                guard articles.count < Self.mostArticles else {
                    isCut = true
                    return
                }
                var article = Self.article(document, element)
                if isFirst { Self.fill(&article, document, category, message) }
                isFirst = false
                // The second list of the news repeats what the first has.
                guard article.isOne, known.insert(article.url).inserted || name == "item" else { continue }
                articles.append(article)
            }
        }
    }

    private static func article(_ document: XMLDocument, _ item: XMLDocument.Element) -> Article {
        func text(_ names: StaticString...) -> String {
            names.lazy.map { document.text($0, in: item) }.first { !$0.isEmpty } ?? ""
        }
        let published = document.integer("pub_time", in: item)
        return Article(
            title: text("title", "title_v2"), digest: text("digest", "summary"), url: text("url"),
            cover: cover(text("cover", "cover_235_1", "cover_16_9", "cover_1_1")),
            publishedAt: published == 0 ? nil : published)
    }

    /// Takes what the first article lacks out of what stands above the list.
    private static func fill(
        _ article: inout Article, _ document: XMLDocument, _ category: XMLDocument.Element,
        _ message: XMLDocument.Element?
    ) {
        func either(_ texts: String...) -> String { texts.first { !$0.isEmpty } ?? "" }
        article.digest = either(
            article.digest, document.text("topnew/digest", in: category), document.text("des", in: message))
        article.cover = either(
            article.cover, cover(document.text("topnew/cover", in: category)),
            cover(document.text("thumburl", in: message)))
    }

    /// The address of a picture without the width and height that may stand behind it: `…|0|0`.
    private static func cover(_ text: String) -> String { String(text.prefix { $0 != "|" }) }
}

extension Push.Article {
    /// Whether it is an article: what has no title or leads nowhere is a notice in the same frame.
    fileprivate var isOne: Bool { !title.isEmpty && !url.isEmpty }
}
