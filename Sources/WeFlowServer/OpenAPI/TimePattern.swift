/// The regular expression of a time parameter's values, exact to the day: it knows the months' lengths and the leap
/// years.
enum TimePattern {
    static let text = "^(\(unix)|\(dates))?$"

    /// Those that are a moment: nothing and zero are none.
    static let moment = "^(\(later)|\(dates))$"

    private static let dates = "(\(date("")))(\(clock))?|(\(date("-")))(\(clock))?"

    /// Seconds or milliseconds; eight digits alone are a date.
    private static let unix = #"-[0-9]+(\.[0-9]+)?|[0-9]+\.[0-9]+|[0-9]{1,7}|[0-9]{9,}"#

    /// The same without zero.
    private static let later =
        #"-0*[1-9][0-9]*(\.[0-9]+)?|0*[1-9][0-9]*\.[0-9]+|[1-9][0-9]{0,6}|[1-9][0-9]{8,}"#

    private static let clock =
        #"[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?([Zz]|[-+ ]([01][0-9]|2[0-3])(:|:?[0-5][0-9])?)?"#

    private static func date(_ dash: String) -> String {
        let anyYear = "[0-9]{4}\(dash)"
        let leapYear = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)\(dash)"
        return [
            "\(anyYear)(0[1-9]|1[0-2])\(dash)(0[1-9]|1[0-9]|2[0-8])",
            "\(anyYear)(0[13-9]|1[0-2])\(dash)(29|30)",
            "\(anyYear)(0[13578]|1[02])\(dash)31",
            "\(leapYear)02\(dash)29",
        ].joined(separator: "|")
    }
}
