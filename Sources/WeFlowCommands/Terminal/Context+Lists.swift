internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

extension Context {
    /// Writes a list in the form that was asked for.
    ///
    /// - Parameters:
    ///   - format: the form.
    ///   - values: say how comma-separated values are written.
    ///   - output: where to and how.
    ///   - encoded: gives the answer in a form for programs.
    ///   - table: gives the lines for people, for a screen of so many columns.
    /// - Throws: `.usage` where the options do not go together; why it cannot be written.
    func deliver(
        _ format: ListFormat, _ values: Parameters, _ output: OutputOptions, encoded: (ListForm) -> OutputBytes,
        table: (Int?, TerminalStyle) -> String
    ) async throws {
        guard let form = try listForm(format, values, output) else {
            return try await deliver(table(screenWidth(output), textStyle(output)), output)
        }
        try await deliver(encoded(form), form, output)
    }

    /// Writes a list whose items are read while they are written, in the form that was asked for.
    ///
    /// - Parameters:
    ///   - layout: how the list looks.
    ///   - format: the form.
    ///   - values: say how comma-separated values are written.
    ///   - output: where to and how.
    ///   - open: opens the list.
    ///   - table: gives the lines for people, for a screen of so many columns.
    /// - Returns: the list, behind its last item.
    /// - Throws: `.usage` where the options do not go together; why it cannot be read or written.
    func deliver<List: ListItems>(
        _ layout: ListLayout<List.Item>, _ format: ListFormat, _ values: Parameters, _ output: OutputOptions,
        opening open: () async throws -> List, table: ([List.Item], Int?, TerminalStyle) -> String
    ) async throws -> List {
        guard let form = try listForm(format, values, output) else {
            let list = try await open()
            // How wide columns are is known of all rows together.
            var items: [List.Item] = []
            while let item = try await list.next() { items.append(item) }
            try await deliver(table(items, screenWidth(output), textStyle(output)), output)
            return list
        }
        return try await writing(to: output.output) { sink in
            let list = try await layout.write(in: form, to: sink, opening: open)
            if form.isDocument { try sink.write("\n") }
            return list
        }
    }

    /// Writes a list whose items are texts for reading, one after another.
    ///
    /// - Throws: why it cannot be read or written.
    func deliver<List: ListItems>(
        _ list: List, _ output: OutputOptions, text: (_ item: List.Item, _ isFirst: Bool) -> String
    ) async throws {
        try await writing(to: output.output) { sink in
            var isFirst = true
            while let item = try await list.next() {
                try sink.write(text(item, isFirst))
                isFirst = false
            }
        }
    }

    /// The form for programs that was asked for; nil where that is the one for people.
    ///
    /// - Throws: `.usage` where the options do not go together.
    func listForm(
        _ format: ListFormat, _ values: Parameters, _ output: OutputOptions
    ) throws(WeFlowError) -> ListForm? {
        let csv = try CSVOptions.options(values, isCSV: format == .csv, isShown: shows(output))
        return switch format {
        case .json: .json(style(output))
        case .jsonl: .lines
        case .csv: .csv(csv)
        case .table: nil
        }
    }

    /// Writes an answer in a form, with the end of the line where it has none.
    ///
    /// - Throws: why it cannot be written.
    func deliver(_ answer: borrowing OutputBytes, _ form: ListForm, _ output: OutputOptions) async throws {
        try await writing(to: output.output) { sink in
            try answer.withBytes { bytes throws(any Error) in try sink.write(bytes) }
            if form.isDocument { try sink.write("\n") }
        }
    }
}
