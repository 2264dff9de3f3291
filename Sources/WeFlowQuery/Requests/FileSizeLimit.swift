public import WeFlowPages
public import WeFlowParameters

/// How large a file may be: bytes, or a number with K, M or G of 1024 behind it.
public enum FileSizeLimit {
    /// The parameter `maxFile`.
    ///
    /// - Parameters:
    ///   - help: what it is for.
    ///   - group: the heading under which the help lists it.
    /// - Returns: the parameter.
    public static func parameter(_ help: String, _ group: ParameterDeclaration.Group) -> Parameter<String?> {
        Parameter.formed(
            "maxFile", as: { "^([0-9]{1,18}[KMGkmg]?)?$" }, help, .value("size"), .group(group),
            .only([.commandLine, .http]), .numbers, .example("50M"))
    }

    /// The bytes that a value stands for; nil where there is none.
    ///
    /// - Throws: `.usage` where it is no size.
    public static func read(_ parameter: Parameter<String?>, _ values: Parameters) throws(WeFlowError) -> Int64? {
        guard let text = try values[parameter] else { return nil }
        guard let bytes = bytes(text) else {
            throw WeFlowError(
                .usage, "\(values.label(parameter)) is not a size; give bytes, or a number with K, M or G behind it")
        }
        return bytes
    }

    private static func bytes(_ text: String) -> Int64? {
        var digits = text.utf8[...]
        let units: [UInt8: Int64] = [0x4B: 1 << 10, 0x4D: 1 << 20, 0x47: 1 << 30]
        var unit: Int64 = 1
        if let last = digits.last, let known = units[last & 0xDF] {
            unit = known
            digits.removeLast()
        }
        guard !digits.isEmpty, digits.utf8IsDigits, let number = Int64(Substring(digits)) else { return nil }
        let (bytes, isOver) = number.multipliedReportingOverflow(by: unit)
        return isOver ? .max : bytes
    }
}

extension Substring.UTF8View {
    fileprivate var utf8IsDigits: Bool { allSatisfy { 0x30...0x39 ~= $0 } }
}
