extension Schema {
    /// Events, states, commands and runs are archives too, with a name and a retention each.
    static let archiveCategories = """
        ALTER TABLE archive ADD COLUMN category TEXT NOT NULL DEFAULT 'measurement';
        """
}
