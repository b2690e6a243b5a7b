extension Schema {
    /// The main database: configuration, runs, events, states, commands and the logs.
    ///
    /// Integer keys stay in here. Outside, rows are known by `uuid`, 16 bytes. Times are milliseconds
    /// since 1970 UTC.
    static let main = Schema(
        applicationID: 0x434D_4C31,  // "CML1"
        migrations: [
            Migration(1, accessTables),
            Migration(2, configurationTables),
            Migration(3, executionTables),
            Migration(4, recordTables),
            Migration(5, logTables),
            Migration(6, archiveCategories),
            Migration(7, jobTables),
            Migration(8, contactTables),
        ])
}
