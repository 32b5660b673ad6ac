"""What the bot is told and how it is put together: settings, wiring, the command line."""
