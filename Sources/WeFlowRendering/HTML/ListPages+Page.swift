internal import WeFlowOutput

extension ListPages {
    /// One of these pages.
    enum Page: CaseIterable {
        case moments, favorites, articles

        /// The rows that it shows, below the archive.
        var source: String {
            switch self {
            case .moments: "moments.jsonl"
            case .favorites: "favorites.jsonl"
            case .articles: "articles.jsonl"
            }
        }

        /// What tells when a row is of.
        var timeKey: String {
            switch self {
            case .moments: "createTime"
            case .favorites: "time"
            case .articles: "publishedAt"
            }
        }

        /// Its name beside `index.html`.
        var fileName: String {
            switch self {
            case .moments: "moments.html"
            case .favorites: "favorites.html"
            case .articles: "articles.html"
            }
        }

        /// What it is called in a browser's title.
        var plainTitle: String {
            switch self {
            case .moments: "朋友圈"
            case .favorites: "收藏"
            case .articles: "公众号文章"
            }
        }

        /// Writes what it is called.
        func title(into html: inout HTMLWriter) {
            switch self {
            case .moments: html.words("朋友圈", "Moments")
            case .favorites: html.words("收藏", "Favourites")
            case .articles: html.words("公众号文章", "Articles")
            }
        }
    }
}
