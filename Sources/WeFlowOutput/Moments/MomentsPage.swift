internal import WeFlowModel
public import WeFlowMoments
public import WeFlowParameters
import WeFlowQuery

/// The moments as one page for reading: works from a folder, without a server and without a network
/// (<doc:ExportedMoments#html>).
///
/// Style and script stand in the page; its content security policy names the digests of the two, allows nothing else to
/// run, and lets the page load nothing but files beside it. So the same posts give the same bytes, but for the time.
public struct MomentsPage: Sendable {
    private let export: MomentsExport
    private let zone: LocalZone
    private let styleSource: String
    private let scriptSource: String

    /// A page that shows `export`.
    ///
    /// - Parameters:
    ///   - export: what to show.
    ///   - zone: local time, for the times shown.
    ///   - digest: the SHA-256 of a text, in base64.
    public init(_ export: MomentsExport, zone: LocalZone = .system, digest: (String) -> String) {
        self.export = export
        self.zone = zone
        styleSource = "sha256-" + digest(MomentsPageAssets.style.description)
        scriptSource = "sha256-" + digest(MomentsPageAssets.script.description)
    }

    /// The page, UTF-8.
    public var bytes: [UInt8] {
        var html = HTMLWriter()
        let months = monthsOfPosts()
        writeHead(into: &html)
        writeTop(into: &html)
        html.markup("<div class=\"body\">\n")
        writeIndex(months, into: &html)
        writePosts(months, into: &html)
        html.markup("</div>\n")
        writeEnd(into: &html)
        return html.bytes
    }

    private struct Month {
        let year: Int
        let month: Int
        var posts: Range<Int>
    }

    /// The posts as they follow each other, cut where the month changes.
    private func monthsOfPosts() -> [Month] {
        var months: [Month] = []
        for (index, post) in export.posts.enumerated() {
            let time = zone.civil(at: post.moment.createTime)
            if let last = months.last, last.year == time.year, last.month == time.month {
                months[months.count - 1].posts = last.posts.lowerBound..<(index + 1)
            } else {
                months.append(Month(year: time.year, month: time.month, posts: index..<(index + 1)))
            }
        }
        return months
    }

    private func writeHead(into html: inout HTMLWriter) {
        html.markup("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n")
        html.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
        html.markup("img-src 'self' file: data:; media-src 'self' file: data:; style-src '")
        html.text(styleSource)
        html.markup("'; script-src '")
        html.text(scriptSource)
        html.markup("'; base-uri 'none'; form-action 'none'\">\n")
        html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        html.markup("<meta name=\"referrer\" content=\"no-referrer\">\n<title>朋友圈</title>\n<style>")
        html.markup(MomentsPageAssets.style)
        html.markup("</style>\n</head>\n<body id=\"top\">\n")
    }

    private func writeTop(into html: inout HTMLWriter) {
        html.markup("<header class=\"top\">\n<h1>朋友圈</h1>\n<p>共 ")
        html.number(export.posts.count)
        html.markup(" 条")
        if let keyword = export.filter.keyword {
            html.markup(" · 含“")
            html.text(keyword)
            html.markup("”")
        }
        if !export.filter.usernames.isEmpty {
            html.markup(" · ")
            html.number(export.filter.usernames.count)
            html.markup(" 位好友")
        }
        if let first = export.posts.last, let last = export.posts.first {
            html.markup(" · ")
            html.text(dayText(first.moment.createTime))
            html.markup(" – ")
            html.text(dayText(last.moment.createTime))
        }
        html.markup("</p>\n<p id=\"shown\" aria-live=\"polite\"></p>\n")
        html.markup("<input id=\"search\" type=\"search\" placeholder=\"搜索正文、评论、名字\" aria-label=\"搜索\">\n")
        html.markup("</header>\n")
    }

    private func writeIndex(_ months: [Month], into html: inout HTMLWriter) {
        guard !months.isEmpty else { return }
        html.markup("<nav class=\"index\" aria-label=\"按年月\"><details><summary>按年月</summary>\n<ol>\n")
        let years: [Int] = months.map(\.year).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        for year in years {
            let ofYear = months.filter { $0.year == year }
            html.markup("<li>")
            html.number(year)
            html.markup("年 <small>")
            html.number(ofYear.reduce(0) { $0 + $1.posts.count })
            html.markup("</small>\n<ol>")
            for month in ofYear {
                html.markup("<li><a")
                html.attribute("href", "#" + id(of: month))
                html.markup(">")
                html.number(month.month)
                html.markup("月 <small>")
                html.number(month.posts.count)
                html.markup("</small></a></li>")
            }
            html.markup("</ol></li>\n")
        }
        html.markup("</ol>\n</details></nav>\n")
    }

    private func writePosts(_ months: [Month], into html: inout HTMLWriter) {
        let writer = MomentsPagePost(zone: zone, selection: export.selection)
        html.markup("<main>\n")
        for month in months {
            html.markup("<section")
            html.attribute("id", id(of: month))
            html.markup(">\n<h2>")
            html.number(month.year)
            html.markup("年")
            html.number(month.month)
            html.markup("月</h2>\n")
            for post in export.posts[month.posts] { writer.write(post, into: &html) }
            html.markup("</section>\n")
        }
        html.markup("<p id=\"none\" class=\"none\"")
        if !export.posts.isEmpty { html.markup(" hidden") }
        html.markup(">没有符合的内容</p>\n</main>\n")
    }

    private func writeEnd(into html: inout HTMLWriter) {
        html.markup("<footer class=\"end\">由 weflow 导出 · ")
        html.text(MomentTimes.full(export.exportTime / 1000, zone: zone))
        html.markup("</footer>\n<a class=\"up\" href=\"#top\" aria-label=\"回到顶部\">↑</a>\n<script>")
        html.markup(MomentsPageAssets.script)
        html.markup("</script>\n</body>\n</html>\n")
    }

    private func id(of month: Month) -> String { "m\(month.year)-\(month.month)" }

    private func dayText(_ seconds: Int64) -> String {
        let time = zone.civil(at: seconds)
        return "\(time.year)年\(time.month)月\(time.day)日"
    }
}
