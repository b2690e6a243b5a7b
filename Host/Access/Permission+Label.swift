/// What each permission is for, in both languages.
///
/// Source of the Russian texts of the first 69: ceHES, appendix 2, table 9 (two slips of its
/// grammar mended). The English ones and all texts of our own permissions are ours.
extension Permission {
    package var label: Phrase {
        // swift-format-ignore
        switch self {
        case .viewDevices: Phrase("Отображение устройств", "See devices")
        case .readDevices: Phrase("Чтение списка устройств", "Read the list of devices")
        case .writeDevices: Phrase("Изменение и добавление устройств", "Add and change devices")
        case .deleteDevices: Phrase("Удаление устройств", "Delete devices")
        case .viewUsers: Phrase("Отображение пользователей", "See users")
        case .readUsers: Phrase("Чтение списка пользователей", "Read the list of users")
        case .writeUsers: Phrase("Изменение и добавление пользователей", "Add and change users")
        case .deleteUsers: Phrase("Удаление пользователей", "Delete users")
        case .viewHesConfig: Phrase("Отображение конфигурации", "See the configuration")
        case .readHesConfig: Phrase("Чтение конфигурации", "Read the configuration")
        case .writeHesConfig: Phrase("Изменение конфигурации", "Change the configuration")
        case .deleteHesConfig: Phrase("Удаление конфигурации", "Delete the configuration")
        case .viewRoles: Phrase("Отображение ролей", "See roles")
        case .readRoles: Phrase("Чтение ролей", "Read roles")
        case .writeRoles: Phrase("Запись и изменение ролей", "Change roles")
        case .deleteRoles: Phrase("Удаление ролей", "Delete roles")
        case .viewLogsDebug: Phrase("Отображение отладочных логов", "See debug logs")
        case .readLogsDebug: Phrase("Чтение отладочных логов", "Read debug logs")
        case .deleteLogsDebug: Phrase("Удаление отладочных логов", "Delete debug logs")
        case .viewLogsCommon: Phrase("Отображение общих логов", "See general logs")
        case .readLogsCommon: Phrase("Чтение общих логов", "Read general logs")
        case .deleteLogsCommon: Phrase("Удаление общих логов", "Delete general logs")
        case .viewLogsSecure: Phrase("Отображение логов безопасности", "See security logs")
        case .readLogsSecure: Phrase("Чтение логов безопасности", "Read security logs")
        case .deleteLogsSecure: Phrase("Удаление логов безопасности", "Delete security logs")
        case .readDatastore: Phrase("Чтение сохраненных данных", "Read stored data")
        case .writeDatastore:
            Phrase(
                "Запись сохраненных данных (не используется)",
                "Write stored data (not used)")
        case .deleteDatastore:
            Phrase(
                "Удаление сохраненных данных (не используется)",
                "Delete stored data (not used)")
        case .viewProtocolSettings:
            Phrase(
                "Отображение настроек протоколов",
                "See protocol settings")
        case .readProtocolSettings:
            Phrase(
                "Чтение списка настроек протоколов",
                "Read the list of protocol settings")
        case .writeProtocolSettings:
            Phrase(
                "Изменение и добавление настроек протоколов",
                "Add and change protocol settings")
        case .deleteProtocolSettings:
            Phrase(
                "Удаление настроек протоколов",
                "Delete protocol settings")
        case .viewChannelSettings:
            Phrase(
                "Отображение настроек каналов связи",
                "See channel settings")
        case .readChannelSettings:
            Phrase(
                "Чтение списка настроек каналов связи",
                "Read the list of channel settings")
        case .writeChannelSettings:
            Phrase(
                "Изменение и добавление настроек каналов связи",
                "Add and change channel settings")
        case .deleteChannelSettings:
            Phrase(
                "Удаление настроек каналов связи",
                "Delete channel settings")
        case .viewDeviceCommline:
            Phrase(
                "Отображение настроек коммуникационных линий",
                "See communication lines")
        case .readDeviceCommline:
            Phrase(
                "Чтение настроек коммуникационных линий",
                "Read communication lines")
        case .writeDeviceCommline:
            Phrase(
                "Изменение и добавление настроек коммуникационных линий",
                "Add and change communication lines")
        case .deleteDeviceCommline:
            Phrase(
                "Удаление настроек коммуникационных линий",
                "Delete communication lines")
        case .viewDataCollectionJob:
            Phrase(
                "Отображение вкладок сбор и управления",
                "See the pages of collection and control")
        case .readDataCollectionJob:
            Phrase(
                "Чтение данных задач сбор и управления",
                "Read jobs of collection and control")
        case .writeDataCollectionJob:
            Phrase(
                "Создание и изменения задач сбора и управление",
                "Add and change jobs of collection and control")
        case .deleteDataCollectionJob:
            Phrase(
                "Удаление задач сбор и управление",
                "Delete jobs of collection and control")
        case .readEmailSettings:
            Phrase(
                "Чтение настроек SMTP-сервера",
                "Read the settings of the SMTP server")
        case .writeEmailSettings:
            Phrase(
                "Запись настроек SMTP-сервера",
                "Change the settings of the SMTP server")
        case .writeSchedulerJobLaunches:
            Phrase(
                "Изменение данных запусков задачи",
                "Change the runs of a job")
        case .executeESBDeviceRead: Phrase("Вызов API ESB для чтения", "Call the ESB API to read")
        case .executeESBDeviceControl:
            Phrase(
                "Вызов API ESB для управления",
                "Call the ESB API to control")
        case .readDatastoreArchive: Phrase("Чтение списка архивов", "Read the list of archives")
        case .writeDatastoreArchive:
            Phrase(
                "Изменение и добавление архивов",
                "Add and change archives")
        case .deleteDatastoreArchive: Phrase("Удаление архивов", "Delete archives")
        case .allExternalCENC: Phrase("Доступ к API CENC", "Use the CENC API")
        case .viewTreeNodes: Phrase("Отображение структуры узлов", "See the structure of nodes")
        case .writeTreeNodes: Phrase("Создание и редактирование узлов", "Add and change nodes")
        case .viewPageCeHes: Phrase("Отображение страницы ceHes", "See the page of ceHes")
        case .viewPageMDM: Phrase("Отображение страницы MDM", "See the page of MDM")
        case .viewSubscriberCabinet:
            Phrase(
                "Отображение личного кабинета абонента",
                "See the subscriber's own pages")
        case .manageProjects:
            Phrase(
                "Управление пользователями в проекте (добавление и исключение из проекта)",
                "Manage the members of a project (add and remove)")
        case .createProjects: Phrase("Создание проектов", "Create projects")
        case .updateProjects: Phrase("Обновление проектов", "Change projects")
        case .readProjects: Phrase("Чтение проектов", "Read projects")
        case .deleteProjects: Phrase("Удаление проектов", "Delete projects")
        case .readPODIS:
            Phrase(
                "Для осуществления возможности обмена данными по протоколу ПОДИС",
                "Exchange data by the PODIS protocol")
        case .viewUnbBS: Phrase("Отображение вкладки базовые станции UNB", "See UNB base stations")
        case .readUnbBS: Phrase("Чтение базовых станций UNB", "Read UNB base stations")
        case .writeUnbBS:
            Phrase(
                "Создания и обновление базовых станций UNB",
                "Add and change UNB base stations")
        case .deleteUnbBS: Phrase("Удаление базовых станций UNB", "Delete UNB base stations")
        case .manageTreeNodesAccess:
            Phrase(
                "Управление доступами к узлам",
                "Manage access to nodes")
        case .viewDeviceGroups: Phrase("Отображение групп устройств", "See groups of devices")
        case .readDeviceGroups: Phrase("Чтение списка групп устройств", "Read the list of groups")
        case .writeDeviceGroups:
            Phrase(
                "Изменение и добавление групп устройств",
                "Add and change groups")
        case .deleteDeviceGroups: Phrase("Удаление групп устройств", "Delete groups")
        case .viewDeviceRelay: Phrase("Отображение управления реле", "See the control of relays")
        case .readDeviceRelay: Phrase("Чтение состояния реле", "Read the state of relays")
        case .writeDeviceRelay: Phrase("Управление реле", "Switch relays")
        case .viewDeviceLimits: Phrase("Отображение лимитов устройств", "See limits of devices")
        case .readDeviceLimits: Phrase("Чтение лимитов устройств", "Read limits of devices")
        case .writeDeviceLimits: Phrase("Запись лимитов устройств", "Write limits of devices")
        case .viewDeviceTariffs: Phrase("Отображение тарифов устройств", "See tariffs of devices")
        case .readDeviceTariffs: Phrase("Чтение тарифов устройств", "Read tariffs of devices")
        case .writeDeviceTariffs: Phrase("Запись тарифов устройств", "Write tariffs of devices")
        case .viewHeatMap: Phrase("Отображение тепловой карты", "See the heat map")
        case .readHeatMap: Phrase("Чтение тепловой карты", "Read the heat map")
        case .writeHeatMap: Phrase("Изменение тепловой карты", "Change the heat map")
        case .viewFirmware: Phrase("Отображение обновлений ВПО", "See firmware updates")
        case .readFirmware: Phrase("Чтение обновлений ВПО", "Read firmware updates")
        case .writeFirmware:
            Phrase(
                "Загрузка ВПО и управление обновлениями",
                "Upload firmware and manage its updates")
        case .viewHost: Phrase("Отображение страниц хоста", "See the pages of the host")
        case .readHost:
            Phrase(
                "Чтение информации о хосте, его состояния и времени",
                "Read the host's information, state and clock")
        case .writeHost: Phrase("Изменение параметров хоста", "Change the host's settings")
        case .executeActionsRead:
            Phrase(
                "Мгновенный запрос данных с устройств",
                "Read devices at once")
        case .executeActionsControl:
            Phrase(
                "Мгновенная отправка команд в устройства",
                "Send commands to devices at once")
        case .readTasksExchange:
            Phrase(
                "Чтение расширенного журнала обмена",
                "Read the extended journal of an exchange")
        case .executeImport:
            Phrase(
                "Импорт устройств и настроек из файла",
                "Import devices and settings from a file")
        case .executeExport:
            Phrase(
                "Экспорт устройств и настроек вместе с паролями",
                "Export devices and settings with their passwords")
        case .readPlugins:
            Phrase(
                "Чтение списка плагинов и схем настроек",
                "Read the list of plugins and the schemas of settings")
        case .writePlugins:
            Phrase(
                "Включение, отключение и перезагрузка плагинов",
                "Enable, disable and reload plugins")
        case .readMetrics: Phrase("Чтение метрик", "Read metrics")
        case .writeTokens:
            Phrase(
                "Создание и удаление собственных ключей доступа к API",
                "Make and delete API tokens of one's own")
        }
    }
}
