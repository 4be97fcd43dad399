"""Mail that the site sends: written as rows with what caused them, then sent by SMTP or into a folder, once."""
