internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// How comma-separated values are written.
enum CSVOptions {
    private static let bom = Parameter.mark(
        "bom", "With `format` csv: a byte order mark in front, which Excel needs.", .group(.output))
    private static let raw = Parameter.mark(
        "raw", "With `format` csv: leave a text as it is that a spreadsheet would run as a formula.", .group(.output))

    /// What they are.
    @ParameterList static var parameters: [ParameterDeclaration] {
        bom
        raw
    }

    /// Those of a command line.
    ///
    /// - Parameters:
    ///   - values: what was given.
    ///   - isCSV: whether that is the form of the output.
    ///   - isShown: whether a terminal shows it.
    /// - Returns: what the writer needs.
    /// - Throws: `.usage` where one is given for another form, which would pay it no heed.
    static func options(
        _ values: Parameters, isCSV: Bool, isShown: Bool = false
    ) throws(WeFlowError) -> CSVWriter.Options {
        var options = CSVWriter.Options(hasMark: try values[bom], isRaw: try values[raw])
        guard isCSV || options == .init() else {
            let name = options.hasMark ? "--bom" : "--raw"
            throw WeFlowError(.usage, "\(name) is for --format csv alone; add that, or leave \(name) out")
        }
        options.isShown = isShown
        return options
    }
}
