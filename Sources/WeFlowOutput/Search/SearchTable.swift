package import WeFlowParameters

/// Hits of a search as a table for people, wherever they were found.
package struct SearchTable: Sendable {
    private let zone: LocalZone
    private var rows: [[String]] = []

    /// - Parameter zone: the clock by which times are shown.
    package init(zone: LocalZone = .system) { self.zone = zone }

    /// Adds a hit.
    ///
    /// - Parameters:
    ///   - time: Unix seconds.
    ///   - chat: the name of the chat.
    ///   - sender: who said it, "" for a notice.
    ///   - text: what was said.
    ///   - transcript: the text of a voice.
    package mutating func add(_ time: Int64, chat: String, sender: String, text: String, transcript: String?) {
        let text = transcript.map { "\(text) \($0)" } ?? text
        rows.append([MomentTimes.minute(time, zone: zone), chat, sender, text])
    }

    /// Adds what another has, behind its own.
    mutating func add(_ other: SearchTable) { rows += other.rows }

    /// The lines with their ends; nothing where there is no hit.
    ///
    /// - Parameters:
    ///   - width: the columns of the screen; nil where there is none, and nothing is cut.
    ///   - style: how names and titles stand out.
    /// - Returns: the text.
    package func text(width: Int?, style: TerminalStyle) -> String {
        let table = TextTable(
            columns: [
                .init(title: "TIME", role: .faint), .init(title: "CHAT", canShrink: true),
                .init(title: "FROM", canShrink: true, role: .name), .init(title: "TEXT", canShrink: true),
            ], rows: rows)
        return table.text(width: width, style: style)
    }
}
