extension Int64 {
    /// A real without its fraction; the nearest number where there is none such.
    init(cutting real: Double) {
        self = Int64(exactly: real.rounded(.towardZero)) ?? (real > 0 ? .max : real < 0 ? .min : 0)
    }

    /// The number that a text begins with, behind blanks; 0 where it begins with none, the nearest where it is too large.
    init(beginning text: UnsafeRawBufferPointer) {
        let text = text.drop { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
        let isNegative = text.first == UInt8(ascii: "-")
        var number: Int64 = 0
        for byte in text.dropFirst(isNegative || text.first == UInt8(ascii: "+") ? 1 : 0) {
            guard byte >= 0x30, byte <= 0x39 else { break }
            let digit = Int64(byte - 0x30)
            let (tens, isLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !isLarge, !isLarger else {
                self = isNegative ? .min : .max
                return
            }
            number = sum
        }
        self = number
    }
}
